/// The text of an archive file as one stream of bytes, inflated when the file is gzip.
///
/// Gzip is told by the file's first two bytes, not by its name. Bytes that were read and could not
/// be used can be put back.
struct ArchiveText: ~Copyable {
  private var file: InputFile
  private var inflater: GzipInflater?
  /// Compressed input: read and not yet inflated.
  private var packed: [UInt8]
  private var packedUsed = 0
  private var packedEnd: Int
  /// Text that comes before whatever the file holds next.
  private var returned: [UInt8]
  private var returnedUsed = 0

  private static let blockBytes = 65_536

  init(path: String) throws(ArchiveError) {
    var file = try InputFile(path: path)
    var block = [UInt8](repeating: 0, count: Self.blockBytes)
    var head: [UInt8] = []
    while head.count < ArchivePacking.headBytes {
      let count = try Self.read(file: &file, into: &block)
      if count == 0 { break }
      head += block[..<count]
    }
    if let packing = ArchivePacking.of(head) {
      throw ArchiveError(kind: .packedOtherwise(packing), path: path, byteOffset: 0)
    }
    let isGzip = head.starts(with: [0x1F, 0x8B])
    self.file = file
    inflater = isGzip ? GzipInflater() : nil
    packed = isGzip && head.count > block.count ? head : block
    if isGzip { packed.replaceSubrange(0..<min(head.count, packed.count), with: head) }
    packedEnd = isGzip ? head.count : 0
    returned = isGzip ? [] : head
  }

  /// Bytes of the file that have been read, and all of them (0 = not known).
  var bytesRead: Int64 { file.bytesRead }
  var bytesTotal: Int64 { file.size }

  /// Reads what comes next into the span, which is not empty; 0 at the end.
  mutating func read(into span: inout MutableSpan<UInt8>) throws(ArchiveError) -> Int {
    if returnedUsed < returned.count {
      let count = min(span.count, returned.count - returnedUsed)
      // SAFETY: `count` is at most the room in the span and the bytes left to give.
      unsafe span.withUnsafeMutableBytes { target in
        unsafe returned.withUnsafeBytes { source in
          unsafe target.copyMemory(
            from: .init(rebasing: source[returnedUsed..<returnedUsed + count]))
        }
      }
      returnedUsed += count
      return count
    }
    return inflater == nil ? try file.read(into: &span) : try inflate(into: &span)
  }

  /// Puts text back that the next `read` is to give again, before whatever else there is.
  mutating func putBack(_ text: Span<UInt8>) {
    var all: [UInt8] = []
    all.reserveCapacity(text.count + returned.count - returnedUsed)
    // SAFETY: the buffer is the span's own and is only read.
    unsafe text.withUnsafeBufferPointer { unsafe all.append(contentsOf: $0) }
    all.append(contentsOf: returned[returnedUsed...])
    returned = all
    returnedUsed = 0
  }

  private mutating func inflate(into span: inout MutableSpan<UInt8>) throws(ArchiveError) -> Int {
    while true {
      var isAtEnd = false
      if packedUsed == packedEnd { isAtEnd = try !refill() }
      do throws(GzipError) {
        let block = packed
        let input = block.span.extracting(packedUsed..<packedEnd)
        let step = try inflater!.inflate(input, into: &span)
        packedUsed += step.consumed
        if step.produced > 0 { return step.produced }
        if isAtEnd {
          try inflater!.finish()
          return 0
        }
      } catch {
        let kind: ArchiveError.Kind =
          error.kind == .truncated ? .truncated : .corrupt(detail: error.detail)
        throw ArchiveError(kind: kind, path: file.path, byteOffset: error.byteOffset)
      }
    }
  }

  /// Reads the next block of compressed input; false at the end of the file.
  private mutating func refill() throws(ArchiveError) -> Bool {
    // Taken out while it is written to, so that it is not copied.
    var block: [UInt8] = []
    swap(&block, &packed)
    defer { packed = block }
    packedUsed = 0
    packedEnd = 0
    packedEnd = try Self.read(file: &file, into: &block)
    return packedEnd > 0
  }

  private static func read(
    file: inout InputFile, into block: inout [UInt8]
  ) throws(ArchiveError) -> Int {
    var span = block.mutableSpan
    return try file.read(into: &span)
  }
}
