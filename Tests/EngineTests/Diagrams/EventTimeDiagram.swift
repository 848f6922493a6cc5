import Foundation
import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineCodec

/// A rule of event time as a picture: what happens, line by line, on a time line of minutes, and beneath each line what
/// comes of it.
///
///     minute      0         10        20
///     event         |    *
///     event              |    *
///     closed      [=========) 1
///
/// Lines that happen, in the order of arrival: `event`, at `*`; `mark`, a heartbeat that stands at `^`; `clock +7`, seven
/// minutes more by the clock without an event. `|` is the partition's watermark afterwards, `#` where it falls on the sign.
///
/// Lines that follow: `closed`, a window and its events; `corrected`, the same window said again; `refused`, the event
/// at `x` and the reason. Windows cover 10 minutes and move by 5. A letter behind the word names a partition.
struct EventTimeDiagram {
  /// Minutes.
  var outOfOrderness: Int64 = 5
  var allowedLateness: Int64 = 10
  /// The clock's minute: events more than `futureTolerance` minutes after it are refused.
  var now: Int64 = 60
  var futureTolerance: Int64 = 5

  private static let margin = 12
  private static let minute: Int64 = 60_000

  /// What a diagram's lines that happen bring about, drawn as a diagram: the same one, where all is as it says.
  func drawn(_ diagram: String) throws -> String {
    var lines = diagram.split(separator: "\n").map(String.init)
    var drawn = [lines.removeFirst()]
    var partitions: [String: Partition] = [:]
    for line in lines {
      let words = line.prefix(Self.margin).split(separator: " ").map(String.init)
      guard let word = words.first, ["event", "mark", "clock"].contains(word) else { continue }
      let name = word == "clock" ? words.dropFirst(2).first ?? "" : words.dropFirst().first ?? ""
      let partition = try partitions[name] ?? Partition(self)
      partitions[name] = partition
      drawn += partition.take(word, line, words, name)
    }
    return drawn.joined(separator: "\n")
  }

  /// One partition's windows, and how far time has come in it.
  private final class Partition {
    let work: PartitionRunner<WindowRows>
    let decoder: NativeDecoder
    var silence: Int64 = 0

    init(_ rules: EventTimeDiagram) throws {
      let plan = try WindowPlan(
        [WindowedQuantity(.count, length: .minutes(10), slide: .minutes(5))],
        retention: .minutes(rules.allowedLateness))
      let settings = WindowSettings(
        outOfOrderness: .minutes(rules.outOfOrderness),
        allowedLateness: .minutes(rules.allowedLateness))
      work = PartitionRunner(
        PartitionProcessor(
          partition: 0, store: WindowStore(plan: plan, settings: settings),
          observer: WindowRows(plan, names: ["events"], writes: true)))
      decoder = NativeDecoder(
        latestAccepted: monday + .minutes(rules.now) + .minutes(rules.futureTolerance))
    }

    func take(_ word: String, _ line: String, _ words: [String], _ name: String) -> [String] {
      let output = OutputBatch()
      let batch = EventBatch(bytesCapacity: 1_024, recordsCapacity: 2)
      var sign: (minute: Int, Character)?
      switch word {
      case "clock":
        silence += Int64(words[1]) ?? 0
        work.passTime(.minutes(silence), output)
      case "mark":
        let minute = EventTimeDiagram.minute(of: "^", in: line)
        sign = (minute, "^")
        batch.heartbeat = monday + .minutes(Int64(minute))
        work.process(batch, into: output)
      default:
        silence = 0
        let minute = EventTimeDiagram.minute(of: "*", in: line)
        sign = (minute, "*")
        decode(minute, into: batch)
        work.process(batch, into: output)
      }
      let label = word == "clock" ? "clock \(words[1]) \(name)" : "\(word) \(name)"
      return [EventTimeDiagram.line(label, sign, watermark: watermark)]
        + results(output, sign?.minute ?? 0, name)
    }

    /// A message as a producer writes it, through the decoder, which knows the clock.
    private func decode(_ minute: Int, into batch: EventBatch) {
      let time = monday.milliseconds + Int64(minute) * EventTimeDiagram.minute
      var text = "{\"type\":\"login\",\"account\":\"a\",\"ts\":\(time)}"
      let message = text.withUTF8 {
        unsafe batch.append(bytes: UnsafeRawBufferPointer($0)) ?? .absent
      }
      _ = decoder.decode(message: message, key: .absent, position: 0, into: batch)
      batch.nextPosition = work.progress.nextPosition + 1
    }

    private var watermark: Int? {
      let watermark = work.progress.watermark
      guard watermark >= monday else { return nil }
      return Int((watermark - monday).milliseconds / EventTimeDiagram.minute)
    }

    /// What was said: windows in the order of their ends, then refusals.
    private func results(_ output: OutputBatch, _ minute: Int, _ name: String) -> [String] {
      var lines = output.said.filter { $0.stream == .windows }.map { said in
        let row = try? JSONSerialization.jsonObject(with: Data(said.value.utf8)) as? [String: Any]
        let text = Array((row?["end"] as? String ?? "").utf8)
        let end = RFC3339.time(in: text.span, 0..<text.count) ?? .distantPast
        return EventTimeDiagram.window(
          row?["corrected"] == nil ? "closed \(name)" : "corrected \(name)",
          end: Int((end - monday).milliseconds / EventTimeDiagram.minute),
          events: (row?["events"] as? NSNumber)?.intValue ?? -1)
      }
      for record in output.records where record.stream == .deadLetters {
        let reason = record.origin.map { $0.reason.rawValue } ?? ""
        lines.append(EventTimeDiagram.line("refused \(name)", (minute, "x")) + " " + reason)
      }
      return lines
    }
  }

  private static func minute(of sign: Character, in line: String) -> Int {
    Array(line).firstIndex { $0 == sign || $0 == "#" }.map { $0 - margin } ?? 0
  }

  private static func line(
    _ label: String, _ sign: (minute: Int, Character)? = nil, watermark: Int? = nil
  ) -> String {
    var signs = sign.map { [$0.minute: $0.1] } ?? [:]
    if let watermark { signs[watermark] = signs[watermark] == nil ? "|" : "#" }
    return row(label, signs)
  }

  private static func window(_ label: String, end: Int, events: Int) -> String {
    var signs: [Int: Character] = [end - 10: "[", end: ")"]
    for minute in end - 9..<end { signs[minute] = "=" }
    return row(label, signs) + " \(events)"
  }

  private static func row(_ label: String, _ signs: [Int: Character]) -> String {
    let last = signs.keys.max() ?? 0
    let chart = last >= 0 ? (0...last).map { signs[$0] ?? " " } : []
    let line = label.padding(toLength: margin, withPad: " ", startingAt: 0) + String(chart)
    return String(line.reversed().drop { $0 == " " }.reversed())
  }
}
