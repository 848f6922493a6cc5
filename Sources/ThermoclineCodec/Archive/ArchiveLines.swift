/// The lines of a text file, packed with gzip or not, one after the other, however long the file is.
package struct ArchiveLines: ~Copyable {
  private var text: ArchiveText
  private var block = [UInt8](repeating: 0, count: 262_144)
  private var used = 0
  private var end = 0
  /// The line that `next` gave last, counted from 1.
  package private(set) var number = 0

  package init(path: String) throws(ArchiveError) {
    text = try ArchiveText(path: path)
  }

  /// The next line without its end; nil after the last. Empty lines are lines.
  package mutating func next() throws(ArchiveError) -> [UInt8]? {
    var line: [UInt8] = []
    while true {
      if used == end {
        try refill()
        if end == 0 {
          if line.isEmpty { return nil }
          number += 1
          return line
        }
      }
      if let feed = block[used..<end].firstIndex(of: 10) {
        line += block[used..<feed]
        used = feed + 1
        number += 1
        return line
      }
      line += block[used..<end]
      used = end
    }
  }

  private mutating func refill() throws(ArchiveError) {
    // Taken out while it is written to, so that it is not copied.
    var taken: [UInt8] = []
    swap(&taken, &block)
    defer { block = taken }
    (used, end) = (0, 0)
    var span = taken.mutableSpan
    end = try text.read(into: &span)
  }
}
