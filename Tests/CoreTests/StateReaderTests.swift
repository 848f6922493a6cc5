import Testing
import ThermoclineCore

/// What a `StateWriter` wrote is what a `StateReader` reads; what nobody wrote is an error and nothing worse.
@Suite struct StateReaderTests {
  private static let numbers: [Int64] = [0, 1, -1, 63, -64, 64, 1 << 40, .max, .min]

  private static func written(
    pieceBytes: Int = 7, _ body: (inout StateWriter) -> Void
  ) -> [UInt8] {
    var pieces: [[UInt8]] = []
    var ends: [Bool] = []
    var writer = StateWriter(pieceBytes: pieceBytes) {
      pieces.append($0)
      ends.append($1)
    }
    body(&writer)
    writer.finish()
    #expect(zip(pieces, ends).allSatisfy { $1 || $0.count == pieceBytes })
    #expect(pieces.allSatisfy { $0.count <= pieceBytes } && ends.last == true)
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

  @Test("read in pieces of any size, it is the same", arguments: [1, 2, 5, 30])
  func pieces(pieceBytes: Int) throws {
    let bytes = Self.written(Self.writeAll)
    var place = 0
    var reader = StateReader(count: bytes.count) { piece in
      piece = Array(bytes[place..<min(bytes.count, place + pieceBytes)])
      place += piece.count
    }
    let isSame = try Self.readAll(&reader)
    #expect(isSame)
    try reader.finish()
  }

  @Test("rows are parts of their own, so that what grows before them does not move them")
  func cuts() {
    func parts(of text: String) -> [[UInt8]] {
      var parts: [[UInt8]] = [[]]
      var writer = StateWriter(pieceBytes: 4) {
        parts[parts.count - 1] += $0
        if $1 { parts.append([]) }
      }
      writer.write(text)
      var rows = Slab<UInt16>()
      for row in 1...5 { rows.append(UInt16(row)) }
      rows.write(to: &writer)
      writer.write(true)
      writer.finish()
      return parts.dropLast()
    }
    let short = parts(of: "a")
    let long = parts(of: "a name of many more bytes")
    #expect(short.count == 3 && long.count == 3)
    #expect(short[1] == [1, 0, 2, 0, 3, 0, 4, 0, 5, 0] && short[1...] == long[1...])
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
