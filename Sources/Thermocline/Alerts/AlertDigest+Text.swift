internal import ThermoclineCodec
internal import ThermoclineCore
package import ThermoclineNotify

extension AlertDigest {
  /// For a person; of accounts at most so many.
  package func text(accounts most: Int = 20) -> String {
    guard !rules.isEmpty else { return "no alert" }
    let alerts = rules.reduce(0) { $0 + $1.alerts }
    var lines = [
      "\(FigureText.grouped(alerts)) alerts, \(FigureText.grouped(rules.reduce(0) { $0 + $1.open })) of them "
        + "not acknowledged, on \(FigureText.grouped(accounts.count { !$0.name.isEmpty })) accounts"
    ]
    lines.append("")
    var rows = [["rule", "alerts", "accounts", "revenue"]]
    for rule in rules {
      rows.append([
        DisplayText(rule.name).text, FigureText.grouped(rule.alerts),
        FigureText.grouped(rule.members.count { !$0.isEmpty }),
        FigureText.grouped(Self.whole(rule.revenue)),
      ])
    }
    lines += BacktestText.table(rows)
    lines.append("")
    rows = [["account", "severity", "revenue", "rules"]]
    for account in accounts.prefix(most) {
      rows.append([
        account.name.isEmpty ? "all accounts" : DisplayText(account.name).text,
        account.severity.rawValue, FigureText.grouped(Self.whole(account.revenue)),
        account.members.map { DisplayText($0).text }.joined(separator: " "),
      ])
    }
    lines += BacktestText.table(rows)
    if accounts.count > most {
      lines.append("  and \(FigureText.grouped(accounts.count - most)) accounts more")
    }
    return lines.joined(separator: "\n")
  }

  private static func whole(_ amount: Double) -> Int { Int(min(max(amount, 0), 1e15).rounded()) }

  /// As one JSON object, with all accounts.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    for (key, groups, members) in [("rules", rules, "accounts"), ("accounts", accounts, "rules")] {
      writer.key(key)
      writer.beginArray()
      for group in groups {
        writer.beginObject()
        writer.key("name")
        writer.value(group.name)
        writer.key("severity")
        writer.value(group.severity.rawValue)
        writer.key("alerts")
        writer.value(Int64(group.alerts))
        writer.key("open")
        writer.value(Int64(group.open))
        writer.key("revenue")
        writer.readable(group.revenue)
        writer.key(members)
        writer.beginArray()
        for member in group.members { writer.value(member) }
        writer.endArray()
        writer.endObject()
      }
      writer.endArray()
    }
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
