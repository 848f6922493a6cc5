internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineDashboard

/// The files that a replay left behind as a source of reports, read line by line, for they may be larger than memory.
package struct ReplayFolder: ReportSource {
  private let path: String
  private static let again = "run thermocline replay again"

  package init(_ path: String) { self.path = path }

  package func place(of kind: FeedRecord.Kind) -> String {
    let name =
      switch kind {
      case .score: "scores"
      case .change: "score-changes"
      case .alert: "alerts"
      case .rollup: "rollups"
      case .usage: "usage"
      }
    return path + "/" + name + ".ndjson"
  }

  package func remedy(forEmpty kind: FeedRecord.Kind) -> String {
    "its archive is shorter than a day: replay a longer one"
  }

  package func scores(
    _ body: (_ account: String, HealthScore?) -> Void
  ) throws(JobFailure) -> ReportExtent {
    try lines(
      of: .score, missing: "name the folder that thermocline replay --output has written",
      HealthScoreDecoder.decode
    ) { body($0.account, $0) }
  }

  package func changes(_ body: (HealthScore) -> Void) throws(JobFailure) -> ReportExtent {
    try lines(of: .change, HealthScoreDecoder.decode, body)
  }

  package func alerts(_ body: (HealthAlert) -> Void) throws(JobFailure) -> ReportExtent {
    try lines(of: .alert, HealthAlertDecoder.decode, body)
  }

  package func rollups(_ body: (HealthRollup) -> Void) throws(JobFailure) -> ReportExtent {
    try lines(of: .rollup, HealthRollupDecoder.decode, body)
  }

  package func usage(_ body: (AccountUsage) -> Void) throws(JobFailure) -> ReportExtent {
    try lines(
      of: .usage,
      missing: "run thermocline replay with a policy that has a section usage: (docs/usage.md)",
      AccountUsageDecoder.decode, body)
  }

  private func lines<Value>(
    of kind: FeedRecord.Kind, missing remedy: String = Self.again,
    _ decode: ([UInt8]) throws(OutputDecodingError) -> Value, _ body: (Value) -> Void
  ) throws(JobFailure) -> ReportExtent {
    let file = place(of: kind)
    func failure(_ error: ArchiveError) -> JobFailure {
      error.kind == .notFound
        ? JobFailure(.noInput, "\(file) is not there; \(remedy)")
        : JobFailure(.badData, "\(error); \(Self.again)")
    }
    var lines: ArchiveLines
    do throws(ArchiveError) { lines = try ArchiveLines(path: file) } catch { throw failure(error) }
    while true {
      let next: [UInt8]?
      do throws(ArchiveError) { next = try lines.next() } catch { throw failure(error) }
      guard let line = next else { return ReportExtent() }
      if line.isEmpty { continue }
      let value: Value
      do throws(OutputDecodingError) { value = try decode(line) } catch {
        throw JobFailure(.badData, "\(file):\(lines.number): \(error); \(Self.again)")
      }
      body(value)
    }
  }
}
