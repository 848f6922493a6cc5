import Foundation
import Testing
import ThermoclineCore

@testable import ThermoclineCodec

/// Real payloads and test vectors of the formats, from the shared data folder when it is there,
/// against events read by hand.
@Suite struct FixtureTests {
  /// Members of a fixtures archive by path; nil, saying so, when it is not there.
  private static func archive(_ name: String) throws -> [String: [UInt8]]? {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let file = root.appending(path: "../shared/data/fixtures/\(name).tar.xz").standardized
    guard FileManager.default.fileExists(atPath: file.path) else {
      print("skipped: there are no fixtures at \(file.path)")
      return nil
    }
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "thermocline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["tar", "xJf", file.path, "-C", folder.path]
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "tar cannot unpack \(file.path)")
    var members: [String: [UInt8]] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
      guard let data = FileManager.default.contents(atPath: folder.path + "/" + path) else {
        continue
      }
      members[String(path.split(separator: "/").last!)] = Array(data)
    }
    return members
  }

  private func event(
    _ type: String, at time: String, account: String = "", user: String = "", feature: String = "",
    id: String = "", kind: EventKind = .event
  ) -> PlainEvent {
    var event = PlainEvent(
      time: FoundationReference.time(rfc3339: time)!, type: type, account: account)
    (event.user, event.feature, event.id, event.kind) = (user, feature, id, kind)
    return event
  }

  /// Everything but the events' own bytes.
  private func plain(_ decoded: Decoded) -> [PlainEvent] {
    decoded.events.map {
      var event = $0
      event.message = ""
      return event
    }
  }

  /// Every cut is refused as a whole; what remains of it is read or refused, never lost.
  private func cut(_ bytes: [UInt8], _ format: InputFormat, every step: Int = 1) {
    for end in stride(from: 1, to: bytes.count, by: step) {
      let decoded = FormatBench.decode(Array(bytes[..<end]), format)
      #expect(decoded.events.isEmpty && decoded.reasons == [.notJSON], "cut at \(end)")
    }
  }

  @Test func segmentBatches() throws {
    guard let files = try Self.archive("segment-analytics-go") else { return }
    let at = "2009-11-10T23:00:00Z"
    let id = "I'm unique"
    let download = event("Download", at: at, user: "123456", id: id)
    let expected: [String: [PlainEvent]] = [
      "test-enqueue-track.json": [download],
      "test-enqueue-alias.json": [
        event("alias", at: at, user: "B", feature: "A", id: id, kind: .alias)
      ],
      "test-enqueue-group.json": [
        event("group", at: at, account: "A", user: "B", id: id, kind: .membership)
      ],
      "test-enqueue-identify.json": [event("identify", at: at, user: "B", id: id)],
      "test-enqueue-page.json": [event("page", at: at, user: "B", feature: "A", id: id)],
      "test-enqueue-screen.json": [event("screen", at: at, user: "B", feature: "A", id: id)],
      "test-context-track.json": [download],
      "test-many-track.json": [download, download, download],
      "test-integrations-track.json": [download],
      "test-interval-track.json": [download],
      "test-timestamp-track.json": [
        event("Download", at: "2015-07-10T23:00:00Z", user: "123456", id: id)
      ],
      "test-messageid-track.json": [event("Download", at: at, user: "123456", id: "abc")],
    ]
    for (name, events) in expected {
      let bytes = try #require(files[name])
      for format in [InputFormat.segment, .auto] {
        let decoded = FormatBench.decode(bytes, format)
        #expect(plain(decoded) == events, "\(name)")
        #expect(decoded.reasons.isEmpty, "\(name): \(decoded.details)")
        #expect(plain(FormatBench.decode(bytes, format, records: 1)) == events, "\(name)")
      }
      // Each event's own bytes are an event again.
      for one in FormatBench.decode(bytes, .segment).events {
        #expect(plain(FormatBench.decode(Array(one.message.utf8), .auto)).count == 1)
      }
      let trimmed = bytes.reversed().drop { $0 == 0x0A }.reversed()
      cut(Array(trimmed), .segment)
    }
  }

  @Test func postHogCaptures() throws {
    guard let files = try Self.archive("posthog") else { return }
    let lines = String(decoding: try #require(files["requests_dump.jsonl"]), as: UTF8.self)
      .split(separator: "\n").filter { $0.hasPrefix("{") }
    #expect(lines.count == 16)
    var (requests, events, memberships) = (0, 0, 0)
    for line in lines {
      let dump = try #require(
        JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let encoded = try #require(dump["body"] as? String)
      let body = Array(try #require(Data(base64Encoded: encoded)))
      let output = try #require(dump["output"] as? [[String: Any]])
      // Form-encoded bodies are the web server's business; what it makes of them is below.
      if !body.starts(with: Array("data=".utf8)) {
        requests += 1
        let decoded = FormatBench.decode(body, .auto, group: "organization")
        #expect(decoded.reasons.isEmpty, "\(decoded.details)")
        #expect(decoded == FormatBench.decode(body, .posthog, group: "organization", records: 2))
        #expect(decoded.events.count == output.count)
        events += decoded.events.count
        memberships += decoded.events.count { $0.kind == .membership }
        for (ours, theirs) in zip(decoded.events, output) {
          let inner = try #require(theirs["data"] as? String)
          let fields = try #require(
            JSONSerialization.jsonObject(with: Data(inner.utf8)) as? [String: Any])
          #expect(ours.type == fields["event"] as? String)
          #expect(ours.user == theirs["distinct_id"] as? String)
          let properties = fields["properties"] as? [String: Any] ?? [:]
          let groups = properties["$groups"] as? [String: String] ?? [:]
          #expect(ours.account == groups["organization"] ?? "")
        }
        if body.first != 0x1F { cut(body, .posthog, every: 1) }
      }
      // The envelopes that PostHog's own topic carries.
      for envelope in output {
        let data = try JSONSerialization.data(withJSONObject: envelope)
        let decoded = FormatBench.decode(Array(data), .auto, group: "organization")
        #expect(decoded.events.count == 1, "\(decoded.details)")
        #expect(decoded.events.first?.user == envelope["distinct_id"] as? String)
      }
    }
    #expect(requests == 12)
    #expect(memberships >= 1)
    print("posthog: \(requests) requests, \(events) events, \(memberships) memberships")
  }

  @Test func snowplowEnriched() throws {
    guard let files = try Self.archive("snowplow") else { return }
    let source = String(decoding: try #require(files["vars_test.go"]), as: UTF8.self)
    var texts: [String: String] = [:]
    for match in source.matches(of: /var (\w+) = `([^`]*)`/) {
      texts[String(match.1)] = String(match.2)
    }
    let list = try #require(
      source.firstMatch(of: /fullEvent = ParsedEvent\(\[\]string\{([^}]*)\}\)/))
    let columns = list.1.split(separator: "\n").map { line in
      let item = line.trimmingCharacters(in: CharacterSet(charactersIn: "\t ,"))
      return item.hasPrefix("\"") ? String(item.dropFirst().dropLast()) : texts[item]!
    }
    #expect(columns.count == 131)
    var expected = event(
      "link_click", at: "2013-11-26T00:03:57.885Z", user: "jon.doe@email.com",
      feature: "/product/index.html", id: "c6ef3124-b53a-4b13-a233-0088f79dcbcb")
    let row = columns.joined(separator: "\t")
    for format in [InputFormat.snowplow, .auto] {
      #expect(plain(FormatBench.decode(Array(row.utf8), format)) == [expected])
      let two = FormatBench.decode(Array((row + "\r\n\n" + row + "\n").utf8), format, records: 1)
      #expect(plain(two) == [expected, expected])
    }
    var other = columns
    other[52] =
      #"{"schema":"iglu:c\/contexts\/jsonschema\/1-0-1","data":[{"schema":"fail","data":7},{"data":{"id":"acme"},"schema":"iglu:com.acme\/company\/jsonschema\/1-0-0"}]}"#
    other[12] = ""
    other[124] = ""
    other[57] = "12.25"
    expected.account = "acme"
    expected.user = "bc2e92ec6c204a14"
    expected.valueMicros = 12_250_000
    #expect(
      plain(FormatBench.decode(Array(other.joined(separator: "\t").utf8), .auto)) == [expected])
    let bytes = Array(row.utf8)
    for end in 1..<bytes.count {
      let decoded = FormatBench.decode(Array(bytes[..<end]), .snowplow)
      // Behind the last tab only the time that is not read is cut.
      let isWhole = bytes[end...].firstIndex(of: 0x09) == nil
      #expect(isWhole ? decoded.events.count == 1 : decoded.reasons == [.malformedRow])
    }
    other[52] = #"{"data":[{"#
    #expect(
      FormatBench.decode(Array(other.joined(separator: "\t").utf8), .snowplow).reasons == [.notJSON]
    )
  }

  /// The values of the SDK's `full_json_data_json` and its siblings.
  @Test func cloudEvents() throws {
    guard let files = try Self.archive("cloudevents-sdk-rust") else { return }
    let source = String(decoding: try #require(files["v10.rs"]), as: UTF8.self)
    #expect(source.contains(#""datacontenttype": json_datacontenttype()"#))
    let head =
      #""specversion":"1.0","id":"0001","type":"test_event.test_application","source":"http://localhost/","subject":"cloudevents-sdk","time":"2020-03-16T11:50:00Z""#
    let expected = event(
      "test_event.test_application", at: "2020-03-16T11:50:00Z", account: "cloudevents-sdk",
      id: "http://localhost/ 0001")
    let bodies = [
      "", #","datacontenttype":"application/json","data":{"hello":"world"}"#,
      #","datacontenttype":"application/json","data_base64":"eyJoZWxsbyI6IndvcmxkIn0=""#,
      #","datacontenttype":"application/xml","data":"<hello>world</hello>""#,
    ]
    for body in bodies {
      let text = "{\(head)\(body)}"
      for format in [InputFormat.cloudevents, .auto] {
        #expect(plain(FormatBench.decode(Array(text.utf8), format)) == [expected])
        #expect(plain(FormatBench.decode(Array("[\(text),\(text)]".utf8), format)).count == 2)
      }
      cut(Array(text.utf8), .cloudevents)
    }
    let headers = [
      ("ce_specversion", "1.0"), ("ce_id", "0001"), ("ce_type", "test_event.test_application"),
      ("ce_source", "http://localhost/"), ("ce_subject", "cloudevents-sdk"),
      ("ce_time", "2020-03-16T11:50:00Z"), ("content-type", "application/json"),
    ]
    for format in [InputFormat.cloudevents, .auto] {
      let data = Array(#"{"hello":"world"}"#.utf8)
      #expect(plain(FormatBench.decode(data, format, headers: headers)) == [expected])
      #expect(plain(FormatBench.decode([], format, headers: headers)) == [expected])
      for left in 0..<6 {
        var fewer = headers
        fewer.remove(at: left)
        let decoded = FormatBench.decode(data, .cloudevents, headers: fewer)
        #expect(decoded.events.count + decoded.reasons.count == 1)
        #expect(decoded.events.isEmpty, "without \(headers[left].0)")
      }
      for end in 1..<data.count {
        let decoded = FormatBench.decode(Array(data[..<end]), format, headers: headers)
        #expect(decoded.reasons == [.notJSON])
      }
      let native = Array(#"{"type":"a","account":"b","ts":1767225600123}"#.utf8)
      let spread = Array(#"{ "type" : "a", "account" : "b", "ts" : 1767225600123, "x" : 1 }"#.utf8)
      for data in [native, spread] {
        let account = plain(FormatBench.decode(data, format, headers: headers)).first?.account
        #expect(account == (format == .auto ? "b" : "cloudevents-sdk"), "a native event's keys win")
      }
      var xml = headers
      xml[6].1 = "application/xml"
      #expect(plain(FormatBench.decode([0x3C, 0xFF], format, headers: xml)) == [expected])
    }
  }
}
