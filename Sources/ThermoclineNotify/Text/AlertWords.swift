internal import ThermoclineCodec
internal import ThermoclineCore

/// An alert in words, for every sink the same. What it says of strangers is safe and short.
enum AlertWords {
  /// The account; an outage has none.
  static func who(_ alert: HealthAlert) -> String {
    alert.account.isEmpty ? "all accounts" : PlainText.name(alert.account)
  }

  static func rule(_ alert: HealthAlert) -> String { PlainText.name(alert.rule) }

  /// `acct-1: drop:events_7d: Events fell …`.
  static func headline(_ alert: HealthAlert) -> String {
    let summary = PlainText.sentence(alert.summary)
    return "\(who(alert)): \(rule(alert))" + (summary.isEmpty ? "" : ": \(summary)")
  }

  /// The figures behind it, those that are there, each with its name.
  static func facts(_ alert: HealthAlert) -> [(name: String, text: String)] {
    var facts: [(String, String)] = []
    func add(_ name: String, _ text: String?) {
      if let text, !text.isEmpty { facts.append((name, PlainText.sentence(text))) }
    }
    add("value", alert.value.map(figure))
    add("expected", alert.expected.map(figure))
    add("drop", alert.drop.map(figure))
    add("confidence", alert.confidence.map(figure))
    add("window", alert.window?.description)
    add("cause", alert.cause?.verdict)
    for part in alert.cause?.parts ?? [] { add(part.name, figure(part.events)) }
    add("user", alert.user)
    add("tier", alert.tier)
    add("stage", alert.stage)
    add("revenue", figure(alert.revenue))
    add("policy", alert.policy)
    if let control = alert.control {
      add(control.action == .acknowledge ? "acknowledged_by" : "snoozed_by", control.author)
      add("reason", control.reason)
    }
    return facts
  }

  /// `412 of 655 expected, -37.1 %`; nil without figures.
  static func measured(_ alert: HealthAlert) -> String? {
    guard let value = alert.value, let expected = alert.expected else { return nil }
    let fall = alert.drop.map { ", -\(figure(($0 * 1_000).rounded() / 10)) %" } ?? ""
    return "\(figure(value)) of \(figure(expected)) expected\(fall)"
  }

  /// As the topic writes it.
  static func figure(_ number: Double) -> String {
    guard number.isFinite else { return "?" }
    var writer = JSONWriter()
    writer.readable(number)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
