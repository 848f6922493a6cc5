import ArgumentParser
import Thermocline
import ThermoclineHealth

struct PolicyDiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Says what two policies say differently, and whether a running job can go over.",
    discussion: """
      Example: thermocline policy diff default ours.yaml --json

      Exit status: 0, whether they differ or not; 78 a wrong policy.
      """)

  @Argument(help: "Policy file, or default for the built-in one.")
  var before: String
  @Argument(help: "The other one.")
  var after: String
  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  func run() throws {
    try Command.run {
      let diff = PolicyDiff(try Self.read(before), try Self.read(after))
      print(json ? diff.json : diff.text)
    }
  }

  private static func read(_ name: String) throws -> Policy {
    try Inputs.policy(name == "default" ? nil : name)
  }
}
