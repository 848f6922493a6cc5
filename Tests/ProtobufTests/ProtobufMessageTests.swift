import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineProtobuf

@Suite struct ProtobufMessageTests {
  @Test(arguments: [
    (#"application/x-protobuf; messageType="thermocline.v1.Score""#, ProtobufMessage.score),
    ("APPLICATION/X-PROTOBUF;messagetype=thermocline.v1.Alert", .alert),
    (#"application/x-protobuf; charset=x ; messageType="thermocline.v1.Usage""#, .usage),
    (#"application/x-protobuf; messageType="thermocline.v1.Other""#, nil),
    ("application/x-protobuf", nil), ("application/json", nil), ("", nil),
    (#"text/plain; messageType="thermocline.v1.Score""#, nil),
  ])
  func aContentTypeNamesAMessage(text: String, wanted: ProtobufMessage?) {
    #expect(ProtobufMessage(contentType: text) == wanted)
  }

  @Test(arguments: ProtobufMessage.allCases)
  func itsOwnContentTypeIsKnown(message: ProtobufMessage) {
    #expect(ProtobufMessage(contentType: message.contentType) == message)
  }

  /// A score with every field, written by hand from the wire format's own rules.
  @Test func theWireFormatIsThatOfTheContract() throws {
    let json =
      #"{"account":"a","at":"1970-01-01T00:00:01.005Z","final":true,"score":-0.0001,"band":null}"#
    // 1: "a"; 2: {1: 1, 2: 5000000}; 3: true; 6: zigzag of -1.
    let wire: [UInt8] = [
      0x0A, 0x01, 0x61, 0x12, 0x07, 0x08, 0x01, 0x10, 0xC0, 0x96, 0xB1, 0x02, 0x18, 0x01, 0x30,
      0x01,
    ]
    #expect(try ProtobufMessage.score.encode(json: Array(json.utf8)) == wire)
    let back = try HealthScoreDecoder.decode(try ProtobufMessage.score.json(wire))
    #expect(back == (try HealthScoreDecoder.decode(Array(json.utf8))))
  }

  @Test(
    "what no value can hold is refused with the field's name",
    arguments: [
      (ProtobufMessage.score, [], "account"), (.alert, [], "fingerprint"), (.rollup, [], "segment"),
      (.usage, [], "account"), (.score, [0x0A, 0x01, 0x61], "at"),
      // A timestamp of the year 10000.
      (.score, [0x0A, 0x01, 0x61, 0x12, 0x07, 0x08, 0x80, 0x83, 0xD1, 0xFF, 0xAF, 0x07], "at"),
      // Quadrant 9.
      (.score, [0x0A, 0x01, 0x61, 0x12, 0x00, 0x68, 0x09], "quadrant"),
      // A coverage of infinity.
      (.score, [0x0A, 0x01, 0x61, 0x12, 0x00, 0x59, 0, 0, 0, 0, 0, 0, 0xF0, 0x7F], "coverage"),
      (.alert, [0x0A, 0x01, 0x61, 0x1A, 0x01, 0x62, 0x32, 0x00], "state"),
    ] as [(ProtobufMessage, [UInt8], String)])
  func refusals(message: ProtobufMessage, bytes: [UInt8], field: String) {
    #expect(throws: OutputDecodingError.badField(field)) { try message.json(bytes) }
  }

  @Test func bytesThatAreNoMessageAreRefused() {
    for message in ProtobufMessage.allCases {
      let error = #expect(throws: OutputDecodingError.self) {
        try message.json([0x0A, 0x05, 0x61])
      }
      #expect("\(String(describing: error))".contains("Protobuf"))
      #expect(throws: OutputDecodingError.self) { try message.encode(json: Array("{}".utf8)) }
    }
  }

  @Test("a field that a newer writer added is passed over")
  func unknownFields() throws {
    let known: [UInt8] = [0x0A, 0x01, 0x61, 0x12, 0x00]
    // Field 200, a varint.
    #expect(
      try ProtobufMessage.score.json(known + [0xC0, 0x0C, 0x01])
        == ProtobufMessage.score.json(known))
  }

  @Test("changed bytes give a value or an error, and never end the process")
  func mutations() throws {
    var random = SeededGenerator(seed: 9)
    let score = try ProtobufMessage.score.encode(
      json: Array(
        #"{"account":"acct","at":"2026-01-01T00:00:00.000Z","final":false,"policy":"p@1","score":61.25,"change":-1.5,"quadrant":"costly","dimensions":{"use":61.25},"measures":[{"name":"m","dimension":"use","value":1.5,"expected":2,"subscore":61.25,"weight":1,"contribution":61.25,"change":-1.5,"peers":{"group":"portfolio","accounts":4,"percentile":50,"standIns":1}}],"absent":["n"],"override":{"band":"red","score":null,"reason":"r","author":"a","expiresAt":"2026-02-01T00:00:00.000Z"},"summary":"s"}"#
          .utf8))
    var readable = 0
    for _ in 0..<3_000 {
      var bytes = score
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes.mutate(with: Array(0...255), using: &random)
      }
      for message in ProtobufMessage.allCases {
        if let json = try? message.json(bytes) {
          readable += 1
          // What was read can be written.
          _ = try message.encode(json: json)
        }
      }
    }
    #expect(readable > 300)
  }
}
