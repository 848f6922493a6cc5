import Testing
import ThermoclineTestKit

@testable import ThermoclineWindows

@Suite struct ByteChunksTests {
  @Test(
    "strings that grow behind and shrink in front are as plain arrays",
    arguments: [1, 2, 3] as [UInt64]
  )
  func strings(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var chunks = ByteChunks()
    var strings: [(start: UInt32, end: UInt32, bytes: [UInt8])] = (0..<20).map { _ in
      let begin = chunks.begin()
      return (begin, begin, [])
    }
    for _ in 0..<4_000 {
      let i = Int.random(in: 0..<strings.count, using: &random)
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        let byte = UInt8.random(in: 0...255, using: &random)
        chunks.append(byte, at: &strings[i].end)
        strings[i].bytes.append(byte)
      }
      let dropped = Int.random(in: 0...min(45, strings[i].bytes.count), using: &random)
      var position = strings[i].start
      for byte in strings[i].bytes.prefix(dropped) {
        let read = chunks.read(&position)
        #expect(read == byte)
      }
      chunks.release(from: strings[i].start, to: position)
      strings[i].start = position
      strings[i].bytes.removeFirst(dropped)
      let isEmpty = position == strings[i].end
      #expect(isEmpty == strings[i].bytes.isEmpty)
    }
    for string in strings {
      var position = string.start
      for byte in string.bytes {
        let read = chunks.read(&position)
        #expect(read == byte)
      }
      chunks.release(from: string.start, to: string.end)
      chunks.end(string.end)
    }
    let used = chunks.used
    #expect(used == 0)
  }

  @Test("numbers, heads and values come back as they were written, the extremes included")
  func records() {
    var chunks = ByteChunks()
    let numbers: [UInt64] = [0, 1, 127, 128, 16_383, 16_384, .max / 2, .max]
    let values: [Int64] = [
      0, 1, -1, 1_000_000, -1_000_000, 1_500_000, 999_999, .max, .min, .max / 2 + 1,
      .min / 2 - 1, .max / 2, .min / 2, 9_223_372_036_000_000_000, -9_223_372_036_000_000_000,
    ]
    let heads = [(0, 0), (1, 6), (15, 7), (65_000, 8), (Int(Int32.max), 1_000_000)]
    let start = chunks.begin()
    var end = start
    for number in numbers { chunks.append(number: number, at: &end) }
    for isSum in [true, false] {
      for value in values { chunks.append(value: value, isSum: isSum, at: &end) }
    }
    for (delta, count) in heads {
      chunks.append(LogHeader(delta: Int32(delta), count: UInt32(count)), at: &end)
    }
    var position = start
    for number in numbers {
      let read = chunks.number(&position)
      #expect(read == number)
    }
    for isSum in [true, false] {
      for value in values {
        let read = chunks.value(isSum: isSum, &position)
        #expect(read == value, "\(value), sum: \(isSum)")
      }
    }
    for (delta, count) in heads {
      let head = chunks.header(&position)
      #expect((Int(head.delta), Int(head.count)) == (delta, count))
    }
    #expect(position == end)
  }
}
