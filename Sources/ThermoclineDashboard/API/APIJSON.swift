internal import ThermoclineCodec
internal import ThermoclineCore

/// What the API answers, as JSON.
enum APIJSON {
  static func page(_ page: AccountPage, _ query: AccountQuery) -> [UInt8] {
    object { json in
      json.key("total")
      json.value(Int64(page.total))
      json.key("offset")
      json.value(Int64(query.offset))
      json.key("accounts")
      json.objects(page.rows) { row, json in write(row, to: &json) }
    }
  }

  static func account(_ record: AccountRecord) -> [UInt8] {
    object { json in
      json.key("account")
      json.value(record.row.id)
      json.key("score")
      write(message: record.score, to: &json)
      json.key("usage")
      write(message: record.usage, to: &json)
      json.key("alerts")
      json.beginArray()
      for alert in record.alerts { json.raw(Array(alert.message.utf8)) }
      json.endArray()
    }
  }

  static func history(_ id: String, _ points: [HistoryPoint]) -> [UInt8] {
    object { json in
      json.key("account")
      json.value(id)
      json.key("history")
      json.objects(points) { point, json in
        json.key("at")
        json.value(point.at)
        json.key("score")
        json.readable(point.score)
        json.key("band")
        json.value(point.band)
        json.key("change")
        json.readable(point.change)
        json.key("commitment")
        json.readable(point.commitment)
        json.key("temperature")
        json.readable(point.temperature)
      }
    }
  }

  /// Messages as they came, which are JSON.
  static func list(_ name: String, _ messages: [String], total: Int?) -> [UInt8] {
    object { json in
      if let total {
        json.key("total")
        json.value(Int64(total))
      }
      json.key(name)
      json.beginArray()
      for message in messages { json.raw(Array(message.utf8)) }
      json.endArray()
    }
  }

  static func status(_ contents: [(name: String, rows: Int)], _ feed: FeedState) -> [UInt8] {
    object { json in
      json.key("history")
      json.beginObject()
      for content in contents {
        json.key(content.name)
        json.value(Int64(content.rows))
      }
      json.endObject()
      json.key("feed")
      json.beginObject()
      json.key("messages")
      json.value(Int64(feed.messages))
      json.key("broken")
      json.value(Int64(feed.broken))
      json.key("caughtUp")
      json.value(feed.isCaughtUp)
      json.key("problem")
      json.value(feed.problem)
      json.endObject()
    }
  }

  private static func write(_ row: AccountRow, to json: inout JSONWriter) {
    json.key("account")
    json.value(row.id)
    json.key("at")
    json.value(row.at)
    json.key("score")
    json.readable(row.score)
    json.key("band")
    json.value(row.band)
    json.key("quadrant")
    json.value(row.quadrant)
    json.key("commitment")
    json.readable(row.commitment)
    json.key("temperature")
    json.readable(row.temperature)
    json.key("trend")
    json.readable(row.trend)
    json.key("change")
    json.readable(row.change)
    json.key("weekChange")
    json.readable(row.weekChange)
    json.key("tier")
    json.value(row.tier)
    json.key("stage")
    json.value(row.stage)
    json.key("revenue")
    json.readable(row.revenue)
    json.key("summary")
    json.value(row.summary)
  }

  private static func write(message: String?, to json: inout JSONWriter) {
    if let message { json.raw(Array(message.utf8)) } else { json.null() }
  }

  private static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    body(&json)
    json.endObject()
    json.endLine()
    return json.bytes
  }
}
