internal import ThermoclineCodec
internal import ThermoclineCore

/// The files that a replay left behind, read line by line, for they may be larger than memory.
struct ReplayFolder {
  let path: String

  func scores(_ body: (HealthScore) -> Void) throws(JobFailure) {
    try lines(
      of: "scores", missing: "name the folder that thermocline replay --output has written",
      HealthScoreDecoder.decode, body)
  }

  func changes(_ body: (HealthScore) -> Void) throws(JobFailure) {
    try lines(
      of: "score-changes", missing: "run thermocline replay again", HealthScoreDecoder.decode, body)
  }

  func alerts(_ body: (HealthAlert) -> Void) throws(JobFailure) {
    try lines(
      of: "alerts", missing: "run thermocline replay again", HealthAlertDecoder.decode, body)
  }

  func rollups(_ body: (HealthRollup) -> Void) throws(JobFailure) {
    try lines(
      of: "rollups", missing: "run thermocline replay again", HealthRollupDecoder.decode, body)
  }

  func usage(_ body: (AccountUsage) -> Void) throws(JobFailure) {
    try lines(
      of: "usage",
      missing: "run thermocline replay with a policy that has a section usage: (docs/usage.md)",
      AccountUsageDecoder.decode, body)
  }

  private func lines<Value>(
    of name: String, missing remedy: String,
    _ decode: ([UInt8]) throws(OutputDecodingError) -> Value, _ body: (Value) -> Void
  ) throws(JobFailure) {
    let file = path + "/" + name + ".ndjson"
    func failure(_ error: ArchiveError) -> JobFailure {
      error.kind == .notFound
        ? JobFailure(.noInput, "\(file) is not there; \(remedy)")
        : JobFailure(.badData, "\(error); run thermocline replay again")
    }
    var lines: ArchiveLines
    do throws(ArchiveError) { lines = try ArchiveLines(path: file) } catch { throw failure(error) }
    while true {
      let next: [UInt8]?
      do throws(ArchiveError) { next = try lines.next() } catch { throw failure(error) }
      guard let line = next else { return }
      if line.isEmpty { continue }
      let value: Value
      do throws(OutputDecodingError) { value = try decode(line) } catch {
        throw JobFailure(
          .badData, "\(file):\(lines.number): \(error); run thermocline replay again")
      }
      body(value)
    }
  }
}
