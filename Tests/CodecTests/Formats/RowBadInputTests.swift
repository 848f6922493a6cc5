import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

/// What is wrong with rows of Snowplow and CSV: each is refused with its reason, or read, and nothing else changes.
@Suite struct RowBadInputTests {
  /// A format of rows: its usual row by column, and the columns of the fields.
  struct Form: Sendable, CustomTestStringConvertible {
    var format: InputFormat
    var row: [String]
    var type, time, id: Int
    /// Columns that hold the account or the user.
    var people: [Int]
    var separator: String

    var testDescription: String { format.rawValue }

    func text(_ changes: [Int: String] = [:]) -> String {
      row.indices.map { changes[$0] ?? row[$0] }.joined(separator: separator)
    }

    func decoder() throws -> FormatDecoder {
      var decoder = FormatBench.decoder(format)
      guard format == .csv else { return decoder }
      let batch = EventBatch(bytesCapacity: 1_024, recordsCapacity: 1)
      let header = DecodingBench.put(
        Array("type,time,account,user,id,value,note".utf8), into: batch)
      #expect(decoder.takeHeader(header, of: batch) == nil)
      return decoder
    }

    func decode(_ text: String) throws -> Decoded { try decode(Array(text.utf8)) }

    func decode(_ bytes: [UInt8]) throws -> Decoded { FormatBench.decode(bytes, try decoder()) }
  }

  static let snowplow: Form = {
    var row = [String](repeating: "", count: RowPlan.snowplowColumnsCount)
    row[52] =
      #"{"schema":"iglu:com.snowplowanalytics.snowplow/contexts/jsonschema/1-0-0","data":[{"schema":"iglu:com.acme/company/jsonschema/1-0-0","data":{"id":"acme"}}]}"#
    row[6] = "e-1"
    row[12] = "u-1"
    row[124] = "2026-01-01 00:00:00.123"
    row[126] = "login"
    row[130] = "last"
    return Form(
      format: .snowplow, row: row, type: 126, time: 124, id: 6, people: [52, 12], separator: "\t")
  }()

  static let csv = Form(
    format: .csv,
    row: ["login", "2026-01-01 00:00:00.123", "acme", "u-1", "e-1", "2.5", "last"], type: 0,
    time: 1,
    id: 4, people: [2, 3], separator: ",")

  @Test(arguments: [snowplow, csv])
  func requiredColumns(form: Form) throws {
    #expect(try form.decode(form.text()).events.count == 1)
    #expect(try form.decode(form.text([form.type: ""])).reasons == [.missingType])
    #expect(try form.decode(form.text([form.time: ""])).reasons == [.missingTime])
    let nobody = Dictionary(uniqueKeysWithValues: form.people.map { ($0, "") })
    #expect(try form.decode(form.text(nobody)).reasons == [.missingAccount])
    let enormous = String(repeating: "x", count: 300_000)
    for column in [form.type, form.id, form.people[1]] {
      #expect(try form.decode(form.text([column: enormous])).reasons == [.nameTooLong])
    }
    #expect(try form.decode(form.text([form.time: enormous])).reasons == [.invalidTime])
    let longest = String(repeating: "x", count: Limits.nameBytesMax)
    #expect(try form.decode(form.text([form.id: longest])).events.map(\.id) == [longest])
  }

  /// The same times as in JSON, without the quotation marks: a row has only text.
  @Test(arguments: [snowplow, csv])
  func timesInEveryForm(form: Form) throws {
    for (written, expected) in FormatDecoderTests.times {
      let text = written.filter { $0 != "\"" }
      let decoded = try form.decode(form.text([form.time: text]))
      switch expected {
      case .success(let time): #expect(decoded.events.map(\.time) == [time], "\(text)")
      case .failure(let fixed):
        let reason: RefusalReason = text == "NaN" ? .invalidTime : fixed.reason
        #expect(decoded.reasons == [reason], "\(text)")
      }
    }
  }

  @Test(arguments: [snowplow, csv])
  func oddMessages(form: Form) throws {
    let text = form.text()
    // What a dead letter would say is the message as it came.
    func plain(_ decoded: Decoded) -> Decoded {
      var decoded = decoded
      for i in decoded.events.indices { decoded.events[i].message = "" }
      return decoded
    }
    let one = plain(try form.decode(text))
    #expect(try form.decode(text + text).reasons == [.malformedRow])
    #expect(try form.decode(text + "\n" + text).events.count == 2)
    #expect(try form.decode(text + "\n\n" + text + "\r\n").events.count == 2)
    #expect(plain(try form.decode("\u{FEFF}" + text)) == one)
    #expect(try form.decode("").reasons == [.emptyMessage])
    #expect(try form.decode("\n\r\n").reasons == [.emptyMessage])
    #expect(try form.decode("\0").reasons == [.malformedRow])
    // Text may hold a NUL; it stays one.
    #expect(try form.decode(form.text([form.id: "e\01"])).events.map(\.id) == ["e\01"])
    var broken = Array(text.utf8)
    broken[broken.count - 1] = 0xFF
    #expect(try form.decode(broken).reasons == [.invalidUTF8])
    let packed = try gzipped(Array(text.utf8))
    #expect(plain(try form.decode(packed)) == one)
    for end in 0..<packed.count {
      let decoded = try form.decode(Array(packed[..<end]))
      #expect(decoded.events.isEmpty && decoded.reasons.count == 1)
    }
    let bomb = try gzipped([UInt8](repeating: 0x09, count: 4 * Limits.messageBytesMax))
    #expect(try form.decode(bomb).reasons == [.messageTooLarge])
  }

  @Test(arguments: [snowplow, csv])
  func cutAtEveryByte(form: Form) throws {
    let bytes = Array(form.text().utf8)
    let separators = form.row.count - 1
    for end in 0..<bytes.count {
      let decoded = try form.decode(Array(bytes[..<end]))
      if bytes[..<end].count(where: { $0 == form.separator.utf8.first! }) == separators {
        // Only the last column is shorter, and it means nothing.
        #expect(decoded.events.count == 1 && decoded.reasons.isEmpty)
      } else {
        #expect(decoded.events.isEmpty)
        #expect(decoded.reasons == [end == 0 ? .emptyMessage : .malformedRow])
      }
    }
  }

  @Test("entities: wrong types, no JSON, nested too deep, cut at every byte")
  func entities() throws {
    let form = Self.snowplow
    func decode(_ contexts: String) throws -> Decoded {
      try form.decode(form.text([52: contexts, 12: ""]))
    }
    func entity(_ id: String) -> String {
      #"{"data":[{"schema":"iglu:com.acme/company/jsonschema/1-0-0","data":{"id":\#(id)}}]}"#
    }
    #expect(try decode(entity("17")).events.map(\.account) == ["17"])
    #expect(try decode(entity(#""a\u0062""#)).events.map(\.account) == ["ab"])
    for nothing in ["null", #""""#] {
      #expect(try decode(entity(nothing)).reasons == [.missingAccount])
    }
    for wrong in ["{}", "[]", "true", "1.5"] {
      #expect(try decode(entity(wrong)).reasons == [.wrongType])
    }
    let enormous = "\"" + String(repeating: "x", count: 100_000) + "\""
    #expect(try decode(entity(enormous)).reasons == [.nameTooLong])
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
    #expect(try decode(entity(deep)).reasons == [.nestingTooDeep])
    #expect(try decode(deep).reasons == [.nestingTooDeep])
    let usual = Array(entity(#""acme""#).utf8)
    for end in 1..<usual.count {
      #expect(try decode(String(decoding: usual[..<end], as: UTF8.self)).reasons == [.notJSON])
    }
    #expect(try decode(entity(#""a""#) + entity(#""b""#)).reasons == [.notJSON])
  }
}
