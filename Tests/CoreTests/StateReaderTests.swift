import Testing
import ThermoclineCore

/// What a `StateWriter` wrote is what a `StateReader` reads; what nobody wrote is an error and nothing worse.
@Suite struct StateReaderTests {
  private static let numbers: [Int64] = [0, 1, -1, 63, -64, 64, 1 << 40, .max, .min]

  private static func written(
    pieceBytes: Int = 7, _ body: (inout StateWriter) -> Void
  ) -> [UInt8] {
    var pieces: [[UInt8]] = []
    var writer = StateWriter(pieceBytes: pieceBytes) { pieces.append($0) }
    body(&writer)
    writer.finish()
    #expect(pieces.dropLast().allSatisfy { $0.count == pieceBytes })
    #expect(pieces.last.map { (1...pieceBytes).contains($0.count) } ?? true)
    return pieces.flatMap { $0 }
  }

  private static func writeAll(_ writer: inout StateWriter) {
    for number in numbers { writer.write(number) }
    writer.write(UInt64.max)
    writer.write(true)
    writer.write(-0.0 as Double)
    writer.write(Double?.none)
    writer.write(Double?.some(.infinity))
    writer.write("déjà" as String)
    writer.write(EventTime(milliseconds: -3))
  }

  private static func readAll(_ reader: inout StateReader) throws(StateError) -> Bool {
    for number in numbers { if try reader.number() != number { return false } }
    guard try reader.unsigned() == .max, try reader.flag() else { return false }
    let zero = try reader.double()
    guard zero == 0, zero.sign == .minus, try reader.optionalDouble() == nil else { return false }
    guard try reader.optionalDouble() == .infinity, try reader.string() == "déjà" else {
      return false
    }
    return try reader.time() == EventTime(milliseconds: -3)
  }

  @Test("all kinds come back, whatever the size of a piece", arguments: [1, 2, 7, 1_000])
  func roundTrip(pieceBytes: Int) throws {
    var reader = StateReader(Self.written(pieceBytes: pieceBytes, Self.writeAll))
    let isSame = try Self.readAll(&reader)
    #expect(isSame)
    try reader.finish()
  }

  @Test("cut anywhere, it ends with an error")
  func cut() throws {
    let bytes = Self.written(Self.writeAll)
    for count in 0..<bytes.count {
      #expect(throws: StateError.self) { () throws in
        var reader = StateReader(Array(bytes.prefix(count)))
        _ = try Self.readAll(&reader)
      }
    }
  }

  @Test("bytes left over are an error")
  func leftOver() throws {
    #expect(throws: StateError("1 bytes are left over")) { () throws in
      try StateReader([5]).finish()
    }
  }

  @Test("announced counts beyond the bytes that are there are refused before memory is taken")
  func counts() throws {
    let bytes = Self.written { $0.write(UInt64(1) << 50) }
    #expect(throws: StateError.self) { () throws in
      var reader = StateReader(bytes)
      _ = try reader.count()
    }
    #expect(throws: StateError.self) { () throws in
      var reader = StateReader(bytes)
      _ = try reader.text()
    }
    #expect(throws: StateError.self, "two items of eight bytes need sixteen") { () throws in
      var reader = StateReader([2] + [UInt8](repeating: 0, count: 15))
      _ = try reader.count(eachAtLeast: 8)
    }
  }

  @Test("a number of more than 64 bits, and a flag that is none, are refused")
  func shapes() throws {
    #expect(throws: StateError("a number has more than 64 bits")) { () throws in
      var reader = StateReader([UInt8](repeating: 255, count: 9) + [2])
      _ = try reader.unsigned()
    }
    #expect(throws: StateError("a flag is neither 0 nor 1")) { () throws in
      var reader = StateReader([2])
      _ = try reader.flag()
    }
  }

  @Test("a plain value of another size is refused")
  func plain() throws {
    let bytes = Self.written { $0.write(plain: UInt32(9)) }
    #expect(throws: StateError.self) { () throws in
      var reader = StateReader(bytes)
      var value: UInt64 = 0
      try reader.read(plain: &value)
    }
  }
}
