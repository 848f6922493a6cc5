import Foundation
import ThermoclineCore
import ThermoclineNotify

/// Midnight of a Thursday; what tests call now is half a day later.
let day = EventTime(year: 2026, month: 1, day: 1)
let noon = day + .hours(12)
let second: UInt64 = 1_000_000_000

/// An alert as the job publishes it, of account `acct-<number>`.
func alert(
  _ number: Int, _ state: AlertState = .firing, days: Int64 = 0, severity: Severity = .error,
  rule: String = "drop:events_7d"
) -> HealthAlert {
  let hexadecimal = String(number, radix: 16)
  let fingerprint = String(repeating: "0", count: 16 - hexadecimal.count) + hexadecimal
  var alert = HealthAlert(
    fingerprint: fingerprint, account: "acct-\(number)", rule: rule, state: state,
    at: day + .days(days))
  alert.startsAt = day
  alert.severity = severity
  alert.endsAt = state == .resolved ? alert.at : nil
  alert.value = 412
  alert.expected = 655
  alert.drop = 0.371
  alert.confidence = 0.9993
  alert.tier = "mid"
  alert.stage = "active"
  alert.revenue = 1_800
  alert.summary = "Events fell 37 % against the same weekdays."
  return alert
}

/// The newest first names that could do harm where people read them.
let hostileNames = [
  "<!channel> <!here> <@U0123> <https://evil.example|your bank>", "@channel @here @all",
  "<script>alert(1)</script>", "[free](https://evil.example) ![](https://evil.example/p.png)",
  "a\u{202E}gpj.exe\u{2066}", "line\nbreak\r\u{1B}[2J\u{7}\u{2028}",
  "z\u{0300}\u{0301}\u{0302}\u{0303}\u{0304}",
  "`code` *bold* _it_ ~no~", String(repeating: "x", count: 10_240),
  String(repeating: "é", count: 5_000), "\u{200B}\u{200D}\u{FEFF}", "",
]

/// The document in a request's body.
func json(_ request: SinkRequest) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(request.body))
}
