package import ThermoclineCore

/// The events of an archive, batch by batch.
package struct ArchiveEventReader: ~Copyable {
  private var reader: ArchiveReader
  private var decoder: FormatDecoder
  /// The first line names the columns.
  private var expectsHeader: Bool
  private let path: String
  /// How far the line that did not fit into the last batch has come.
  private var progress = DecodeProgress.start
  /// Events and refusals given so far.
  package private(set) var eventsCount: Int64 = 0
  package private(set) var refusalsCount: Int64 = 0

  package init(
    path: String, decoder: FormatDecoder, lineBytesMax: Int = Limits.messageBytesMax
  ) throws(ArchiveError) {
    reader = try ArchiveReader(path: path, lineBytesMax: lineBytesMax)
    self.decoder = decoder
    self.path = path
    expectsHeader = decoder.format == .csv
  }

  /// Bytes of the file read so far and all of them (0 = not known), compressed as they are.
  package var bytesRead: Int64 { reader.bytesRead }
  package var bytesTotal: Int64 { reader.bytesTotal }
  /// Number of the last line that was done with.
  package var linesCount: Int64 { reader.linesCount }

  /// Clears the batch and fills it with the next events; positions are line numbers. Returns false,
  /// the batch being empty, at the end. A damaged archive throws after every event before the
  /// damage was given.
  package mutating func next(into batch: EventBatch) throws(ArchiveError) -> Bool {
    batch.clear()
    // The constant is used without counting references; the other one only after a header.
    let decoder = self.decoder
    var headed: FormatDecoder?
    var progress = self.progress
    var headerFault: String?
    var expectsHeader = self.expectsHeader
    defer {
      if let headed { self.decoder = headed }
      self.expectsHeader = expectsHeader
      self.progress = progress
      eventsCount += Int64(batch.eventsCount)
      refusalsCount += Int64(batch.refusals.count)
    }
    let hasMore = try reader.fill(batch) { start, limit, number in
      guard progress.isStart else { return nil }
      return decoder.decodeLine(at: start, before: limit, position: number, into: batch)
    } take: { line, number in
      // The first line is the header or there is none.
      if headerFault != nil { return true }
      if expectsHeader {
        var taking = decoder
        headerFault = taking.takeHeader(line, of: batch)
        headed = taking
        expectsHeader = headerFault != nil
        return true
      }
      let outcome =
        headed?.decode(
          message: line, key: .absent, position: number, from: progress, into: batch)
        ?? decoder.decode(
          message: line, key: .absent, position: number, from: progress, into: batch)
      switch outcome {
      case .done:
        progress = .start
        return true
      case .batchFull(let reached):
        progress = reached
        return false
      }
    }
    if let headerFault {
      throw ArchiveError(kind: .badHeader(detail: headerFault), path: path, byteOffset: 0)
    }
    return hasMore
  }
}
