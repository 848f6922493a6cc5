import ThermoclineEngine

/// One partition of the output topics, as a broker keeps it: records of transactions, and the marks of their ends.
package struct OutputLog {
  package struct Record: Equatable {
    package var stream: OutputStream
    package var key: String
    package var value: [UInt8]
  }
  private enum Entry {
    case record(Record, producer: Int)
    case end(producer: Int, isCommit: Bool)
  }
  private var entries: [Entry] = []

  mutating func append(_ record: Record, producer: Int) {
    entries.append(.record(record, producer: producer))
  }

  mutating func end(producer: Int, isCommit: Bool) {
    entries.append(.end(producer: producer, isCommit: isCommit))
  }

  /// What a `read_committed` reader sees: nothing from the first record of a transaction that is still open on, and
  /// nothing of those that were aborted.
  package var committed: [Record] {
    // By place in the log; nil = its transaction is open.
    var fates: [Bool?] = Array(repeating: nil, count: entries.count)
    var open: [Int: [Int]] = [:]
    for (place, entry) in entries.enumerated() {
      switch entry {
      case .record(_, let producer): open[producer, default: []].append(place)
      case .end(let producer, let isCommit):
        for place in open.removeValue(forKey: producer) ?? [] { fates[place] = isCommit }
        fates[place] = false
      }
    }
    let lastStable = open.values.compactMap(\.first).min() ?? entries.count
    return entries[..<lastStable].enumerated().compactMap { place, entry in
      guard fates[place] == true, case .record(let record, _) = entry else { return nil }
      return record
    }
  }
}
