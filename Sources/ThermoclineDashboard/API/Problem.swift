internal import ThermoclineCodec
internal import ThermoclineServer

/// An error as RFC 9457 has it.
enum Problem {
  static func reply(_ status: Int, _ title: String, _ detail: String) -> ServerReply {
    var json = JSONWriter()
    json.beginObject()
    json.key("type")
    json.value("about:blank")
    json.key("title")
    json.value(title)
    json.key("status")
    json.value(Int64(status))
    json.key("detail")
    json.value(detail)
    json.endObject()
    json.endLine()
    return ServerReply(status, type: "application/problem+json", json.bytes)
  }

  static func notFound(_ what: String) -> ServerReply { reply(404, "Not found", what) }
  static func badRequest(_ why: String) -> ServerReply { reply(400, "Bad request", why) }
  /// The history cannot be read now.
  static func unavailable(_ failure: HistoryFailure) -> ServerReply {
    reply(503, "The history cannot be read now", failure.description)
  }
}
