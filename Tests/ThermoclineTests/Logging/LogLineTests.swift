import Foundation
import Logging
import Synchronization
import Testing
import ThermoclineCore

@testable import Thermocline

@Suite struct LogLineTests {
  private let odd = LogLine(
    time: EventTime(year: 2026, month: 1, day: 2), level: .warning, message: "kafka\nis away",
    metadata: [
      "error": "a \"b\"\r\n\u{1B}[2Jc", "times": "3", "time": "x", "list": ["p", "q"], "none": "",
    ])

  @Test func textIsOneLineWithoutControlCharacters() {
    #expect(
      odd.text
        == "2026-01-02T00:00:00.000Z warning kafka\\nis away error=\"a \\\"b\\\"\\r\\n\\u{1b}[2Jc\" "
        + "list=\"[\\\"p\\\", \\\"q\\\"]\" none=\"\" time=x times=3\n")
  }

  @Test func jsonIsOneObjectALine() throws {
    #expect(odd.json.split(separator: "\n").count == 1 && odd.json.hasSuffix("\n"))
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(odd.json.utf8)) as? [String: String])
    #expect(fields["time"] == "2026-01-02T00:00:00.000Z" && fields["level"] == "warning")
    #expect(fields["message"] == "kafka\nis away" && fields["_time"] == "x")
    #expect(fields["error"] == "a \"b\"\r\n\u{1B}[2Jc")
  }

  @Test func theHandlerKeepsLevelAndMetadata() {
    let lines = Lines()
    var log = Logger(label: "test") { _ in
      JobLogHandler(.text) { line in lines.all.withLock { $0.append(line) } }
    }
    log[metadataKey: "job"] = "a"
    log.debug("unheard")
    log.error("heard", metadata: ["job": "b"])
    let all = lines.all.withLock { $0 }
    #expect(all.count == 1 && all[0].hasSuffix(" error heard job=b\n"))
  }

  private final class Lines: Sendable { let all = Mutex<[String]>([]) }
}
