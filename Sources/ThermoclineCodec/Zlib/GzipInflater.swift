internal import CZlib

/// Inflates gzip data piece by piece, with any number of concatenated members and with zero padding
/// after the last one, as gzip(1) does.
///
/// SAFETY: the stream is allocated here, because zlib keeps a pointer to it, and freed with its
/// state in deinit; its input and output pointers are set anew in each call and not used after it.
@safe package struct GzipInflater: ~Copyable {
  private let stream: UnsafeMutablePointer<z_stream>
  private var state = State.betweenMembers
  /// Compressed bytes taken so far.
  package private(set) var inputCount: Int64 = 0

  private enum State { case betweenMembers, inMember, inPadding }

  package init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 is the largest window, 16 more ask for gzip's header and nothing else.
    let code = unsafe thermocline_inflate_init(stream, 15 + 16)
    precondition(code == Z_OK, "zlib has no memory for a stream")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// What one call did.
  package struct Step: Equatable {
    /// Compressed bytes taken from the input.
    package var consumed: Int
    /// Inflated bytes written to the output.
    package var produced: Int
  }

  /// Inflates from `input` until nothing more comes of it or `output` is full; never writes more
  /// than `output` holds. Bytes not consumed are to be given again; with an empty input it writes
  /// what was held back. After an error the inflater is of no more use.
  package mutating func inflate(
    _ input: Span<UInt8>, into output: inout MutableSpan<UInt8>
  ) throws(GzipError) -> Step {
    var step = Step(consumed: 0, produced: 0)
    while step.produced < output.count {
      if state != .inMember {
        guard step.consumed < input.count else { break }
        if takesAsPadding(input[step.consumed]) {
          step.consumed += 1
          inputCount += 1
          continue
        }
      }
      let before = step
      let code = run(input, &output, &step)
      if code == Z_STREAM_END {
        state = .betweenMembers
        unsafe inflateReset(stream)
      } else if code != Z_OK && code != Z_BUF_ERROR {
        // What was inflated before the damage is good; the damage is told by the next call.
        if step.produced == 0 { throw failure() }
        break
      } else if step == before {
        break
      }
    }
    return step
  }

  /// Says that the input is at its end. Throws when that is within a member or before the first.
  package func finish() throws(GzipError) {
    if state == .inMember || inputCount == 0 {
      throw GzipError(kind: .truncated, byteOffset: inputCount, detail: "")
    }
  }

  /// Inflates a whole payload at once, to at most `bytesMax` bytes.
  package static func inflate(
    _ payload: Span<UInt8>, bytesMax: Int
  ) throws(GzipError) -> [UInt8] {
    var inflater = GzipInflater()
    var result: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(max(bytesMax, 1), 65_536))
    var taken = 0
    var step: Step
    repeat {
      var output = chunk.mutableSpan
      step = try inflater.inflate(payload.extracting(taken..<payload.count), into: &output)
      taken += step.consumed
      guard result.count + step.produced <= bytesMax else {
        throw GzipError(kind: .tooLarge, byteOffset: Int64(taken), detail: "")
      }
      result.append(contentsOf: chunk[..<step.produced])
    } while taken < payload.count || step.produced > 0
    try inflater.finish()
    return result
  }

  /// Whether the byte between members is padding; otherwise a member begins with it.
  private mutating func takesAsPadding(_ byte: UInt8) -> Bool {
    if byte == 0 && inputCount > 0 {
      state = .inPadding
      return true
    }
    state = .inMember
    return false
  }

  private mutating func run(
    _ input: Span<UInt8>, _ output: inout MutableSpan<UInt8>, _ step: inout Step
  ) -> Int32 {
    let (consumed, produced) = (step.consumed, step.produced)
    var code: Int32 = Z_OK
    // SAFETY: both ranges lie within the spans, which live for the whole closure.
    unsafe input.withUnsafeBytes { source in
      unsafe output.withUnsafeMutableBytes { target in
        let sourceCount = min(source.count - consumed, Int(UInt32.max))
        let targetCount = min(target.count - produced, Int(UInt32.max))
        unsafe stream.pointee.next_in = UnsafeMutablePointer(
          mutating: source.baseAddress?.advanced(by: consumed).assumingMemoryBound(to: UInt8.self))
        unsafe stream.pointee.avail_in = UInt32(sourceCount)
        unsafe stream.pointee.next_out =
          target.baseAddress!.advanced(by: produced).assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(targetCount)
        unsafe code = CZlib.inflate(stream, Z_NO_FLUSH)
        let took = unsafe sourceCount - Int(stream.pointee.avail_in)
        step.consumed += took
        step.produced += unsafe targetCount - Int(stream.pointee.avail_out)
        inputCount += Int64(took)
      }
    }
    return code
  }

  private func failure() -> GzipError {
    let message = unsafe stream.pointee.msg.map { unsafe String(cString: $0) } ?? ""
    return GzipError(kind: .corrupt, byteOffset: inputCount, detail: message)
  }
}
