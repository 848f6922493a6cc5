import ArgumentParser
import Thermocline
import ThermoclineKafka

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validates configuration and policy, asks the brokers, and says what is missing.",
    discussion: """
      Connects with the job's own settings and rights and looks at brokers, topics, their partitions and
      settings, the group, and the clock. Changes nothing. With --write it also writes a record to each topic of
      the outputs, in a transaction that it aborts: readers with isolation.level=read_committed never see it.
      Exit status: 0 when the job would run, 69 when something is missing, 78 when the configuration or the
      policy is wrong.

      Example: thermocline check --config deploy/config/thermocline.yaml --policy deploy/policy/default.yaml
      """)

  @OptionGroup var options: ConfigurationOptions
  @Flag(name: .long, help: "Leave the broker alone: validate the files only.")
  var offline = false
  @Flag(
    name: .long,
    help: "Also try whether the outputs may be written, in a transaction that is aborted.")
  var write = false

  func validate() throws {
    guard !(write && offline) else {
      throw ValidationError("--write asks the broker, and --offline leaves it alone")
    }
  }

  func run() throws {
    try Command.run {
      let configuration = try options.read()
      _ = try configuration.server.accessToken()
      _ = try configuration.server.certificateFiles?.read()
      let settings = try configuration.settings()
      print(configuration.description)
      print("")
      print(policyDescription(settings.policy))
      if offline { return print("\nThe files are valid. The broker was not asked.") }
      print("")
      var missing = 0
      JobCheck(configuration, settings, triesToWrite: write).run { finding in
        print(finding)
        if finding.verdict == .bad { missing += 1 }
      }
      guard missing == 0 else {
        throw JobFailure(.unavailable, "\(missing) missing; the lines above say what to do")
      }
      print("\nThe files are valid, and nothing that the job needs is missing.")
    }
  }
}
