import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineCodec

@Suite struct CSVTests {
  private func read(
    _ text: String, mapping: FieldMapping? = nil
  ) throws -> (events: [[String]], reasons: [RefusalReason], positions: [Int64]) {
    let folder = try TemporaryFolder()
    let path = try folder.file("events.csv", Array(text.utf8))
    let decoder = FormatDecoder(
      format: .csv, latestAccepted: DecodingBench.latest, mapping: mapping)
    var reader = try ArchiveEventReader(path: path, decoder: decoder, lineBytesMax: 8_192)
    let batch = EventBatch(bytesCapacity: 20_000, recordsCapacity: 64)
    var events: [[String]] = []
    var reasons: [RefusalReason] = []
    var positions: [Int64] = []
    while try reader.next(into: batch) {
      for i in 0..<batch.eventsCount {
        let event = batch[i]
        events.append([
          "\(event.time)", batch.string(event.type), batch.string(event.account),
          batch.string(event.user), "\(event.valueMicros)", batch.string(event.feature),
          batch.string(event.id),
        ])
        positions.append(event.position)
      }
      reasons += batch.refusals.map(\.reason)
    }
    return (events, reasons, positions)
  }

  @Test(
    "rows are read by the header's names, with RFC 4180's quotation marks; bad rows are refused alone"
  )
  func rows() throws {
    let found = try read(
      #"""
      ts,type,account,user,value,feature,note,id
      1767225600123,login,"acme, inc",u1,2.5,export,"said ""hi""",e1
      2026-01-01T00:00:00.123Z,feature_click,b,u2,,,,e2
      oops,login,c,u,1,,,e3
      1767225600123,login,c,u,1,,
      1767225600123,,c,u,1,,,e4
      1767225600123,login,c,,-3,"a ""b""",,e5

      """#)
    #expect(
      found.events == [
        ["1767225600123", "login", "acme, inc", "u1", "2500000", "export", "e1"],
        ["1767225600123", "feature_click", "b", "u2", "1000000", "", "e2"],
        ["1767225600123", "login", "c", "", "-3000000", "a \"b\"", "e5"],
      ])
    #expect(found.reasons == [.invalidTime, .malformedRow, .missingType])
    #expect(found.positions == [2, 3, 7])
  }

  @Test("a mapping names the columns; a byte order mark and CRLF are no part of them")
  func mapping() throws {
    var mapping = FieldMapping()
    for (field, column) in [
      (EventField.type, "what"), (.account, "customer"), (.time, "when"),
    ] { mapping.sources[field] = column }
    let found = try read(
      "\u{FEFF}when,what,customer\r\n2026-01-01T00:00:00Z,login,a\r\n", mapping: mapping)
    #expect(found.events == [["1767225600000", "login", "a", "", "1000000", "", ""]])
    #expect(found.reasons.isEmpty)
  }

  @Test(
    "a header that cannot serve ends the reading with a reason",
    arguments: [
      ("type,account", "time"), ("ts,account", "type"), ("ts,type", "account"),
      ("ts,type,account,ts", "twice"), ("ts,\"type,account", "quotation"),
    ])
  func badHeader(header: String, says: String) throws {
    do {
      _ = try read(header + "\n1,2,3\n")
      Issue.record("no error for \(header)")
    } catch {
      #expect("\(error)".contains(says), "\(error)")
    }
  }
}
