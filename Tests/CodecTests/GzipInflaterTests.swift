import Foundation
import Testing
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct GzipInflaterTests {
  /// `printf 'thermocline\nthermocline\n' | gzip -n`, made by gzip 1.12.
  private static let small: [UInt8] = [
    0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x2B, 0xC9, 0x48, 0x2D,
    0xCA, 0xCD, 0x4F, 0xCE, 0xC9, 0xCC, 0x4B, 0xE5, 0x2A, 0x41, 0x62, 0x03, 0x00, 0xED,
    0x62, 0x8B, 0xB0, 0x18, 0x00, 0x00, 0x00,
  ]
  private static let smallText = Array("thermocline\nthermocline\n".utf8)

  private func inflate(_ data: [UInt8], bytesMax: Int = 1_000_000) throws(GzipError) -> [UInt8] {
    try GzipInflater.inflate(data.span, bytesMax: bytesMax)
  }

  @Test func inflatesAMember() throws {
    #expect(try inflate(Self.small) == Self.smallText)
  }

  @Test func inflatesConcatenatedMembersAndPadding() throws {
    let data = Self.small + Self.small + [0, 0, 0] + Self.small + [0]
    #expect(try inflate(data) == Self.smallText + Self.smallText + Self.smallText)
  }

  @Test func everyCutIsToldWithItsByte() {
    for count in 0..<Self.small.count {
      #expect(throws: GzipError(kind: .truncated, byteOffset: Int64(count), detail: "")) {
        try inflate(Array(Self.small[..<count]))
      }
    }
  }

  @Test func everyDamagedByteOfTheDataIsNoticed() {
    // Behind the header of 10 bytes every bit counts, for the checksum covers the text, but for the
    // bits that fill up the last byte of the codes.
    var noticed = 0
    for place in 10..<Self.small.count {
      var data = Self.small
      data[place] ^= 0x10
      if let text = try? inflate(data) { #expect(text == Self.smallText) } else { noticed += 1 }
    }
    #expect(noticed >= Self.small.count - 11)
    #expect(throws: GzipError.self) { try inflate(Self.small + [0x78]) }
    #expect(throws: GzipError.self) { try inflate(Array("plain".utf8)) }
  }

  @Test func theOutputIsBounded() throws {
    #expect(try inflate(Self.small, bytesMax: 24) == Self.smallText)
    #expect(throws: GzipError.self) { try inflate(Self.small, bytesMax: 23) }
    let bomb = try gzipped([UInt8](repeating: 0, count: 3_000_000))
    #expect(bomb.count < 10_000)
    do {
      _ = try inflate(bomb, bytesMax: 100_000)
      Issue.record("a bomb went off")
    } catch {
      #expect(error.kind == .tooLarge)
    }
  }

  @Test(arguments: [1, 2, 7, 1_000] as [Int])
  func anyPiecesGiveTheSameText(piece: Int) throws {
    var random = SeededGenerator(seed: UInt64(piece))
    let text = (0..<3_000).map { _ in UInt8.random(in: 97...104, using: &random) }
    let data = try gzipped(text)
    var inflater = GzipInflater()
    var result: [UInt8] = []
    var taken = 0
    while true {
      var room = [UInt8](repeating: 0, count: piece)
      let input = data.span.extracting(taken..<min(taken + piece, data.count))
      var output = room.mutableSpan
      let step = try inflater.inflate(input, into: &output)
      taken += step.consumed
      result += room[..<step.produced]
      if taken == data.count && step.produced == 0 { break }
    }
    try inflater.finish()
    #expect(result == text)
    #expect(inflater.inputCount == Int64(data.count))
  }

  @Test func theChecksumIsTheStandardOne() {
    // The check value of CRC-32/ISO-HDLC in the CRC catalogue.
    let digits = Array("123456789".utf8)
    #expect(crc32(digits.span) == 0xCBF4_3926)
    #expect(
      crc32(digits.span.extracting(4..<9), continuing: crc32(digits.span.extracting(0..<4)))
        == 0xCBF4_3926)
    #expect(crc32([UInt8]().span) == 0)
  }
}
