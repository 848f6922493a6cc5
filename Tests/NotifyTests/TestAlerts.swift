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

/// The document in a request's body.
func json(_ request: SinkRequest) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(request.body))
}
