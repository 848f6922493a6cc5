package import ThermoclineCore

/// Writes what a person says of a score.
package enum ScoreOverrideEncoder {
  /// Appends it as scores show it.
  package static func encode(_ override: ScoreOverride, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("band")
    writer.value(override.band)
    writer.key("score")
    writer.value(override.score)
    writer.key("reason")
    writer.value(override.reason)
    writer.key("author")
    writer.value(override.author)
    writer.key("expiresAt")
    writer.value(override.expires)
    writer.endObject()
  }

  /// A message of the override topic.
  package static func message(_ override: ScoreOverride) -> [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("score")
    writer.value(override.score)
    writer.key("band")
    writer.value(override.band)
    writer.key("reason")
    writer.value(override.reason)
    writer.key("author")
    writer.value(override.author)
    writer.key("from")
    writer.value(override.from)
    writer.key("expires")
    writer.value(override.expires)
    writer.endObject()
    return writer.bytes
  }
}
