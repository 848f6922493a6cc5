package import ThermoclineCore

/// Which dead letters are meant.
package struct DeadLetterSelection: Sendable {
  /// Reason codes; empty = all.
  package var reasons: Set<String> = []
  /// Refused at or after this time.
  package var since: EventTime?
  /// Refused before this time.
  package var until: EventTime?
  /// Only letters behind these offsets, by partition: where an earlier run ended.
  package var after: [Int32: Int64] = [:]

  package init() {}

  /// Whether a letter is meant. One without a time is meant only when no time is asked for.
  func takes(_ letter: DeadLetter) -> Bool {
    if !reasons.isEmpty, !reasons.contains(letter.reason) { return false }
    if let offset = after[letter.partition], letter.offset <= offset { return false }
    if since == nil, until == nil { return true }
    guard let time = letter.time else { return false }
    return since.map { time >= $0 } ?? true && until.map { time < $0 } ?? true
  }

  /// Reads `0:41,3:7`, as a re-drive prints it: partition and offset. nil for anything else.
  package static func positions(_ text: String) -> [Int32: Int64]? {
    var positions: [Int32: Int64] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let numbers = part.split(separator: ":", omittingEmptySubsequences: false)
      guard numbers.count == 2, let partition = Int32(numbers[0]), let offset = Int64(numbers[1]),
        partition >= 0, offset >= 0, positions.updateValue(offset, forKey: partition) == nil
      else { return nil }
    }
    return positions
  }
}
