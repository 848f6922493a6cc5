internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine

/// Writes the outputs of a replay as files. Lines of one tick are ordered by account, so that the files do not depend
/// on the order in which events of one tick arrived.
final class FileSink: OutputSink {
  /// The newest score of each account.
  private var scores: [[UInt8]: [UInt8]] = [:]
  private let scoresFile: OutputFile
  private let deadLetters: OutputFile
  private var ordered: [OutputStream: OrderedLines] = [:]
  private var writer = JSONWriter()

  init(folder: String, writesWindows: Bool, writesUsage: Bool = false) throws(JobFailure) {
    scoresFile = try OutputFile(path: folder + "/scores.ndjson")
    deadLetters = try OutputFile(path: folder + "/dead-letters.ndjson")
    ordered[.changes] = OrderedLines(try OutputFile(path: folder + "/score-changes.ndjson"))
    ordered[.alerts] = OrderedLines(try OutputFile(path: folder + "/alerts.ndjson"))
    ordered[.rollups] = OrderedLines(try OutputFile(path: folder + "/rollups.ndjson"))
    if writesUsage {
      ordered[.usage] = OrderedLines(try OutputFile(path: folder + "/usage.ndjson"))
    }
    if writesWindows {
      ordered[.windows] = OrderedLines(try OutputFile(path: folder + "/windows.ndjson"))
    }
  }

  func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    do throws(JobFailure) {
      for record in batch.records {
        switch record.stream {
        case .scores:
          // Bytes, for two names that a String holds equal may be two accounts.
          scores[Array(batch.bytes[record.key])] =
            record.value.isEmpty ? nil : Array(batch.bytes[record.value])
        case .deadLetters: try write(deadLetter: record, of: batch)
        // A segment that has ceased and an account that is forgotten are not in the next midnight's lines.
        case .rollups where record.value.isEmpty, .usage where record.value.isEmpty: break
        // A replay begins at the beginning.
        case .checkpoints, .segments: break
        case .changes, .alerts, .usage, .windows, .rollups:
          var line = batch.bytes[record.value]
          if line.last == UInt8(ascii: "\n") { line.removeLast() }
          try ordered[record.stream]?.add(
            at: record.at, key: Array(batch.bytes[record.key]), line: Array(line))
        }
      }
    } catch { throw OutputSinkError(error.message) }
  }

  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {}

  /// Everything was published: the files get their names.
  func finish() throws(JobFailure) {
    for (_, lines) in ordered { try lines.finish() }
    for (_, score) in scores.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      try scoresFile.write(score)
      try scoresFile.write(CollectionOfOne(UInt8(ascii: "\n")))
    }
    try scoresFile.finish()
    try deadLetters.finish()
  }

  /// Accounts with a score now.
  var accountsCount: Int { scores.count }

  /// Accounts in each band; `none` = too little data for one.
  var bands: [String: Int] {
    var bands: [String: Int] = [:]
    for (_, bytes) in scores {
      guard let score = try? HealthScoreDecoder.decode(bytes) else { continue }
      bands[score.band ?? "none", default: 0] += 1
    }
    return bands
  }

  private func write(deadLetter record: OutputRecord, of batch: OutputBatch) throws(JobFailure) {
    guard let origin = record.origin else { return }
    writer.clear()
    let message = Array(batch.bytes[record.value])
    DeadLetterEncoder.encode(
      reason: origin.reason, detail: origin.detail, source: origin.topic, position: origin.position,
      message: message.span, into: &writer)
    try deadLetters.write(writer.bytes)
  }
}

/// Lines that come tick by tick, ordered by key within a tick; lines of one key stay in their order.
private final class OrderedLines {
  private let file: OutputFile
  private var at = EventTime.distantPast
  private var lines: [(key: [UInt8], line: [UInt8])] = []

  init(_ file: OutputFile) { self.file = file }

  func add(at time: EventTime, key: [UInt8], line: [UInt8]) throws(JobFailure) {
    if time != at {
      try writeTick()
      at = time
    }
    lines.append((key, line))
  }

  func finish() throws(JobFailure) {
    try writeTick()
    try file.finish()
  }

  private func writeTick() throws(JobFailure) {
    // Swift's sort is stable in practice but does not promise it: the place decides between equals.
    let order = lines.indices.sorted { a, b in
      if lines[a].key == lines[b].key { return a < b }
      return lines[a].key.lexicographicallyPrecedes(lines[b].key)
    }
    for i in order {
      try file.write(lines[i].line)
      try file.write(CollectionOfOne(UInt8(ascii: "\n")))
    }
    lines.removeAll(keepingCapacity: true)
  }
}
