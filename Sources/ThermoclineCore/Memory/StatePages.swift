/// A state as it was written, as one number for each page of it: what tells pages that changed from those that did not.
/// Two pages that differ have the same number once in 2⁶⁴.
///
/// SAFETY: bytes are only read, from arrays that are held for the call.
@safe package struct StatePages: Sendable {
  /// Rows of one account lie in several tables, a few pages each: small ones, and little else is said with a change.
  package static let pageBytes = 256

  /// Bytes of each part.
  package private(set) var parts: [Int] = []
  private var sums: [UInt64] = []
  /// Number of the first page of each part, and of the part that is being added.
  private var starts = [0]
  private var partBytes = 0

  package init() {}

  /// Adds the next piece of the state, which begins with a page. Gives where it is not what it was before, in whole pages;
  /// all of it without a state before.
  package mutating func add(
    _ piece: [UInt8], endsPart: Bool, since before: StatePages?
  ) -> [Range<Int>] {
    var changed: [Range<Int>] = []
    let known = before?.sums(of: parts.count) ?? [][...]
    // Places in `known` are those of the state before.
    let shift = known.startIndex - starts[parts.count]
    unsafe piece.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: Self.pageBytes) {
        let end = min(bytes.count, start + Self.pageBytes)
        let sum = unsafe Self.sum(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        let place = sums.count + shift
        sums.append(sum)
        if place < known.endIndex, known[place] == sum { continue }
        if let last = changed.last, last.upperBound == start {
          changed[changed.count - 1] = last.lowerBound..<end
        } else {
          changed.append(start..<end)
        }
      }
    }
    partBytes += piece.count
    if endsPart {
      parts.append(partBytes)
      starts.append(sums.count)
      partBytes = 0
    }
    return changed
  }

  /// Memory held.
  package var bytes: Int { sums.capacity * MemoryLayout<UInt64>.stride }

  private func sums(of part: Int) -> ArraySlice<UInt64> {
    part < parts.count ? sums[starts[part]..<starts[part + 1]] : []
  }

  /// Of its bytes and their number. Two products at a time, for one waits for the one before it.
  private static func sum(_ page: UnsafeRawBufferPointer) -> UInt64 {
    var (first, second) = (odd.0, odd.1)
    var place = 0
    while place + 32 <= page.count {
      unsafe first = folded(first ^ word(page, place), odd.2 ^ word(page, place + 8))
      unsafe second = folded(second ^ word(page, place + 16), odd.3 ^ word(page, place + 24))
      place += 32
    }
    while place < page.count {
      var rest: UInt64 = 0
      for place in place..<min(page.count, place + 8) {
        rest = unsafe rest << 8 | UInt64(page[place])
      }
      first = folded(first ^ rest, odd.2)
      place += 8
    }
    return folded(first ^ UInt64(page.count), second ^ odd.3)
  }

  private static func word(_ page: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
    unsafe page.loadUnaligned(fromByteOffset: place, as: UInt64.self)
  }

  private static func folded(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The fractions of the square roots of 2, 3, 5 and 7, each made odd.
  private static let odd: (UInt64, UInt64, UInt64, UInt64) = (
    0x6A09_E667_F3BC_C909, 0xBB67_AE85_84CA_A73B, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1
  )
}
