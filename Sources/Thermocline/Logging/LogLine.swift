internal import Logging
internal import ThermoclineCodec
internal import ThermoclineCore

/// One entry of the log, as text or as one JSON object. Whatever stands in it, it is one line.
struct LogLine {
  var time: EventTime
  var level: Logger.Level
  var message: String
  /// Sorted by name.
  var metadata: [(name: String, value: String)]

  init(time: EventTime, level: Logger.Level, message: String, metadata: Logger.Metadata) {
    self.time = time
    self.level = level
    self.message = message
    self.metadata = metadata.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
  }

  /// `2026-01-01T00:00:00.000Z warning a message name=value other="with spaces"`, with its end.
  var text: String {
    var line = "\(time) \(level.rawValue) \(Self.oneLine(message))"
    for (name, value) in metadata {
      let isPlain =
        !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x7F }
      line += " \(name)=" + (isPlain ? value : "\"\(Self.oneLine(value))\"")
    }
    return line + "\n"
  }

  /// An object with `time`, `level`, `message` and the metadata beside them, with its end.
  var json: String {
    var json = JSONWriter()
    json.beginObject()
    json.key("time")
    json.value(time)
    json.key("level")
    json.value(level.rawValue)
    json.key("message")
    json.value(message)
    for (name, value) in metadata {
      // A name of ours is taken.
      json.key(["time", "level", "message"].contains(name) ? "_" + name : name)
      json.value(value)
    }
    json.endObject()
    json.endLine()
    return String(decoding: json.bytes, as: UTF8.self)
  }

  /// Line ends, quotation marks and what moves a terminal's cursor are written as escapes.
  private static func oneLine(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\"": result += "\\\""
      default:
        let isControl = scalar.properties.generalCategory == .control
        result += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
      }
    }
    return result
  }
}
