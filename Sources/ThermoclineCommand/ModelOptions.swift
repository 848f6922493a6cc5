import ArgumentParser
import Thermocline
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// What several commands take: policy, profiles, and how time is treated.
struct ModelOptions: ParsableArguments {
  @Option(name: .long, help: "Policy file (YAML); the built-in policy without one.")
  var policy: String?
  @Option(name: .long, help: "Account profiles (CSV with a header).")
  var profiles: String?
  @Option(
    name: .customLong("out-of-orderness"),
    help: "How far behind the newest event another may come and be on time.")
  var outOfOrderness: TimeSpan = .minutes(1)
  @Option(
    name: .customLong("allowed-lateness"),
    help: "How far behind that an event may come and still correct final windows.")
  var allowedLateness: TimeSpan = .hours(1)
  @Option(
    name: .customLong("future-tolerance"),
    help: "How far ahead of the clock an event may lie.")
  var futureTolerance: TimeSpan = .hours(1)

  func validate() throws {
    for (name, span) in [
      ("out-of-orderness", outOfOrderness), ("allowed-lateness", allowedLateness),
      ("future-tolerance", futureTolerance),
    ] where !(TimeSpan.zero ... .days(3_650)).contains(span) {
      throw ValidationError("--\(name) takes a span from 0s to 3650d")
    }
  }

  var windowSettings: WindowSettings {
    WindowSettings(outOfOrderness: outOfOrderness, allowedLateness: allowedLateness)
  }

  func readPolicy() throws -> Policy { try Inputs.policy(policy) }

  func readProfiles() throws -> [String: AccountProfile] { try Inputs.profiles(profiles) }
}
