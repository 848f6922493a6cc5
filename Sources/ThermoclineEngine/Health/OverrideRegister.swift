import ThermoclineCodec
import ThermoclineCore

/// One override in plain numbers; its text stands in the register.
struct OverrideFacts: BitwiseCopyable {
  var from: EventTime
  var expires: EventTime
  /// Where its text ends; it begins where the one before it ends.
  var end: Int
  /// Tells it from others, never 0.
  var mark: UInt32
  /// Place among the policy's bands; below zero = it says none of these.
  var band: Int32
}

/// The overrides of a partition's accounts, each as the JSON that scores show, written once. Row 0 says nothing.
package struct OverrideRegister: ~Copyable {
  private var rows = Slab<OverrideFacts>()
  private var texts = TextBuffer()
  private let bands: [String]

  /// `bands`: names of the policy's, lowest first.
  package init(bands: [String]) {
    self.bands = bands
    texts.append("null")
    rows.append(
      OverrideFacts(
        from: .distantPast, expires: .distantPast, end: texts.count, mark: 0, band: -1))
  }

  /// Bytes held.
  var bytes: Int { rows.bytes + texts.bytes }

  /// Enters an override; gives its row.
  package mutating func add(_ override: ScoreOverride) -> UInt32 {
    var writer = JSONWriter()
    ScoreOverrideEncoder.encode(override, into: &writer)
    texts.append(writer.bytes)
    // FNV-1a of the text (http://www.isthe.com/chongo/tech/comp/fnv/), the lowest bit set.
    let mark = writer.bytes.reduce(2_166_136_261 as UInt32) { ($0 ^ UInt32($1)) &* 16_777_619 } | 1
    let band = override.band.flatMap { bands.firstIndex(of: $0) }.map { Int32($0) } ?? -1
    rows.append(
      OverrideFacts(
        from: override.from ?? .distantPast, expires: override.expires, end: texts.count,
        mark: mark, band: band))
    return UInt32(rows.count - 1)
  }

  /// What a score of this time shows of a row: the row, or 0 outside its time.
  package func row(_ row: UInt32, at time: EventTime) -> UInt32 {
    rows[row].from <= time && time < rows[row].expires ? row : 0
  }

  /// Tells what two rows show from one another, across registers; 0 for nothing.
  func mark(_ row: UInt32) -> UInt32 { rows[row].mark }

  /// Place of the band that a row says; nil where it says none of the policy's.
  func band(_ row: UInt32) -> Int? { rows[row].band < 0 ? nil : Int(rows[row].band) }

  /// Appends what a row shows.
  func write(_ row: UInt32, to text: inout TextBuffer) {
    text.append((row == 0 ? 0 : rows[Int(row) - 1].end)..<rows[row].end, of: texts)
  }
}
