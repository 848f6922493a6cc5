import ThermoclineCore

@testable import ThermoclineCodec

/// What begins as gzip is inflated at once and in pieces; anything else is packed, and read plain and packed.
struct GzipTarget: Target {
  private let reading = Reading(.auto)

  func run(_ input: UnsafeRawBufferPointer) {
    if input.count >= 2, input[0] == 0x1F, input[1] == 0x8B {
      reading.compare(input)
      let piece = Int(input[input.count / 2] % 61) + 1
      let (whole, parts) = (Inflated(input, piece: input.count), Inflated(input, piece: piece))
      require(whole == parts, "in pieces of \(piece): \(whole) became \(parts)")
    } else if input.count < 65_000 {
      // What the text of a message is read as does not depend on its packing; where it stands does.
      let plain = reading.tally(input, .none, into: Reading.large, withMessages: false)
      Self.packed(input).withUnsafeBytes { packed in
        let unpacked = reading.tally(packed, .none, into: Reading.other, withMessages: false)
        if plain != unpacked { reading.fail("packed", packed, .none, Reading.small) }
      }
    }
  }

  /// The bytes as gzip without compression (RFC 1951, 3.2.4; RFC 1952).
  private static func packed(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1]
    let count = UInt16(bytes.count)
    result += [UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF), UInt8(~count >> 8)]
    result += bytes
    let sum = crc32(bytes.assumingMemoryBound(to: UInt8.self).span)
    for shift in [0, 8, 16, 24] { result.append(UInt8(truncatingIfNeeded: sum >> shift)) }
    for shift in [0, 8, 16, 24] { result.append(UInt8(truncatingIfNeeded: Int(count) >> shift)) }
    return result
  }
}

/// What gzip data inflates to, given in pieces.
private struct Inflated: Equatable {
  var bytes: [UInt8] = []
  var fault: GzipError.Kind?
  static let bytesMax = 1 << 18

  init(_ input: UnsafeRawBufferPointer, piece: Int) {
    var inflater = GzipInflater()
    var taken = 0
    let chunk = piece == input.count ? 65_536 : piece * 7
    var block = [UInt8](repeating: 0, count: chunk)
    let source = input.assumingMemoryBound(to: UInt8.self).span
    do throws(GzipError) {
      while bytes.count < Self.bytesMax {
        var output = block.mutableSpan
        let end = min(taken + piece, source.count)
        let step = try inflater.inflate(source.extracting(taken..<end), into: &output)
        taken += step.consumed
        bytes += block[..<step.produced]
        if step.produced == 0 && taken == source.count {
          try inflater.finish()
          return
        }
        require(step.consumed + step.produced > 0, "inflation gets no further")
      }
      // A bomb: how far past the bound the last step went depends on the pieces.
      bytes.removeSubrange(Self.bytesMax...)
    } catch { fault = error.kind }
  }
}
