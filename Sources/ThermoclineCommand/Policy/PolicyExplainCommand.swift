import ArgumentParser
import Thermocline
import ThermoclineHealth

struct PolicyExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Validates a policy and prints it in plain words.",
    discussion: """
      With a tier, industry or stage: as it is for accounts of these words, its overrides applied.

      Examples: thermocline policy explain
                thermocline policy explain --policy ours.yaml --tier enterprise --stage onboarding

      Exit status: 0; 78 a wrong policy, each mistake with file, line, key and what is allowed.
      """)

  @Option(name: .long, help: "Policy file (YAML); the built-in policy without one.")
  var policy: String?
  @Option(name: .long, help: "An account's tier.")
  var tier: String?
  @Option(name: .long, help: "An account's industry.")
  var industry: String?
  @Option(name: .long, help: "An account's stage, of the profile or by its contract's dates.")
  var stage: String?

  func run() throws {
    try Command.run {
      var policy = try Inputs.policy(policy)
      if tier != nil || industry != nil || stage != nil {
        policy = policy.resolved(
          tier: tier ?? "standard", industry: industry ?? "", stage: stage ?? "active")
      }
      print(policyDescription(policy), terminator: "")
    }
  }
}
