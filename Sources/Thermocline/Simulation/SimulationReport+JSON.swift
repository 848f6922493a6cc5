internal import ThermoclineCodec
internal import ThermoclineCore

extension SimulationReport {
  /// As one JSON object; every alert is in it.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("runs")
    writer.beginArray()
    for run in runs { write(run, into: &writer) }
    writer.endArray()
    if let (first, second) = differences {
      for (key, only) in [("onlyFirst", first), ("onlySecond", second)] {
        writer.key(key)
        write(only, into: &writer)
      }
    }
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func write(_ run: Run, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("policy")
    writer.value(run.policy)
    writer.key("from")
    writer.value(run.from)
    writer.key("to")
    writer.value(run.to)
    writer.key("accountWeeks")
    writer.readable(run.weeks.all)
    writer.key("fired")
    writer.value(Int64(run.fired.count))
    writer.key("firedPer1000AccountWeeks")
    writer.readable(run.rate(run.fired.count, of: run.weeks.all))
    let groups =
      [("rules", run.rules), ("weeks", run.byWeek)]
      + run.segments.map {
        ("by" + $0.kind.prefix(1).uppercased() + $0.kind.dropFirst(), $0.counts)
      }
    for (key, counts) in groups {
      writer.key(key)
      writer.beginArray()
      for count in counts { write(count, run, into: &writer) }
      writer.endArray()
    }
    writer.key("alerts")
    write(run.fired, into: &writer)
    writer.endObject()
  }

  private func write(_ count: Count, _ run: Run, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("name")
    writer.value(count.name)
    writer.key("fired")
    writer.value(Int64(count.fired))
    if let weeks = count.weeks {
      writer.key("accountWeeks")
      writer.readable(weeks)
      writer.key("firedPer1000AccountWeeks")
      writer.readable(run.rate(count.fired, of: weeks))
    }
    writer.key("byRule")
    writer.beginObject()
    for rule in count.rules.keys.sorted() {
      writer.key(rule)
      writer.value(Int64(count.rules[rule]!))
    }
    writer.endObject()
    writer.endObject()
  }

  private func write(_ alerts: [FiredAlert], into writer: inout JSONWriter) {
    writer.beginArray()
    for alert in alerts {
      writer.beginObject()
      writer.key("at")
      writer.value(alert.at)
      for (key, text) in [
        ("account", alert.account), ("rule", alert.rule), ("severity", alert.severity.rawValue),
        ("tier", alert.tier), ("industry", alert.industry), ("stage", alert.stage),
        ("summary", alert.summary),
      ] {
        writer.key(key)
        writer.value(text)
      }
      writer.endObject()
    }
    writer.endArray()
  }
}
