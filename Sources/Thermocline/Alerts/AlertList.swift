internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineKafka
internal import ThermoclineNotify

/// How alerts stand, from their state changes: the newest of each, those that are over left out.
package struct AlertList: Sendable {
  /// Most severe first, then by age.
  package let alerts: [HealthAlert]
  /// Messages that are no alerts.
  package let unreadable: Int

  /// From a replay's `alerts.ndjson`.
  package init(file: String, account: String? = nil) throws(JobFailure) {
    var builder = Builder(account: account)
    for line in try Inputs.bytes(file, status: .noInput).split(separator: 10) {
      builder.add(Array(line))
    }
    self.init(builder)
  }

  /// From the alert topic, which is read as it is now; nothing is committed.
  package init(
    topic: String, kafka: KafkaSettings, account: String? = nil,
    isStopped: @escaping () -> Bool = { false }
  ) throws(JobFailure) {
    var builder = Builder(account: account)
    try TopicScan(topic, kafka: kafka, isStopped: isStopped).readToEnd { message in
      if let value = message.output { builder.add(value) }
      return true
    }
    self.init(builder)
  }

  private init(_ builder: Builder) {
    unreadable = builder.unreadable
    alerts = builder.newest.values.filter { $0.state != .resolved }.sorted {
      ($0.severity.weight, $0.startsAt, $0.account, $0.rule)
        < ($1.severity.weight, $1.startsAt, $1.account, $1.rule)
    }
  }

  private struct Builder {
    var account: String?
    var newest: [String: HealthAlert] = [:]
    var unreadable = 0

    /// A later message of the same alert takes the place of an earlier one.
    mutating func add(_ bytes: [UInt8]) {
      guard let alert = try? HealthAlertDecoder.decode(bytes) else {
        unreadable += 1
        return
      }
      if account == nil || alert.account == account { newest[alert.fingerprint] = alert }
    }
  }

  /// For a person.
  package var text: String {
    var lines: [String] = []
    if alerts.isEmpty { lines.append("no alert") }
    for alert in alerts {
      let who = alert.account.isEmpty ? "all accounts" : DisplayText(alert.account).text
      lines.append(
        "\(alert.fingerprint)  \(alert.severity.rawValue)  \(alert.state.rawValue) since "
          + "\(alert.startsAt.description.prefix(10))  \(who)  \(DisplayText(alert.rule).text)")
      lines.append("  \(DisplayText(alert.summary).text)")
      if let control = alert.control {
        let until = control.expires.map { ", until \($0)" } ?? ""
        lines.append(
          "  \(control.action == .snooze ? "snoozed" : "acknowledged") by "
            + "\(DisplayText(control.author).text): \(DisplayText(control.reason).text)\(until)")
      }
    }
    if unreadable > 0 { lines.append("\(unreadable) messages are no alerts") }
    return lines.joined(separator: "\n")
  }

  /// As one JSON object.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("alerts")
    writer.beginArray()
    for alert in alerts { HealthAlertEncoder.encode(alert, into: &writer) }
    writer.endArray()
    writer.key("unreadable")
    writer.value(Int64(unreadable))
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
