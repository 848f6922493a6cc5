import ArgumentParser
import Thermocline

/// Measurements of the production path. Each prints its figures, or one line of JSON.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract:
      "Measures the engine: windows, decoding, rings, scores, policies, memory, recovery, the whole job, its latency, the dashboard.",
    discussion: """
      Figures mean something of a release build only. Benchmarks/README.md says what each was when, and on what.

      Example: thermocline bench windows --json
      """,
    subcommands: [
      BenchWindowsCommand.self, BenchDecodeCommand.self, BenchRingsCommand.self,
      BenchScoresCommand.self, BenchPolicyCommand.self, BenchMemoryCommand.self,
      BenchRecoveryCommand.self, BenchPipelineCommand.self,
      BenchLatencyCommand.self, BenchDashboardCommand.self,
    ])

  /// Prints a result as the options say.
  static func show(_ result: some BenchResult, json: Bool) {
    print(json ? result.json : result.text)
  }
}
