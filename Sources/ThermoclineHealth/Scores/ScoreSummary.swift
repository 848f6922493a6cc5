internal import ThermoclineCore

/// One sentence on a score: `62, yellow: down 9 since the last score; events_7d 412 where 655 were
/// expected, −7.3; no event for 6 days`.
struct ScoreSummary {
  private(set) var text: String

  init(_ score: HealthScore, recency: Int?) {
    guard let points = score.score, let band = score.band else {
      text = "no score: only \(Self.whole(score.coverage * 100)) % of the policy's weight has data"
      return
    }
    text = "\(Self.whole(points.value)), \(band)"
    var parts: [String] = []
    if let change = score.change {
      let amount = Self.whole(abs(change.value))
      parts.append(
        amount == 0
          ? "as the last score"
          : "\(change > .zero ? "up" : "down") \(amount) since the last score")
    }
    if let reason = Self.reason(score) { parts.append(reason) }
    if let recency, recency >= 2 { parts.append("no event for \(recency) days") }
    if !parts.isEmpty { text += ": " + parts.joined(separator: "; ") }
  }

  /// The measure that changed the score most, or cost it most where nothing changed.
  private static func reason(_ score: HealthScore) -> String? {
    if score.change != nil,
      let most = score.measures.max(by: { magnitude($0) < magnitude($1) }), magnitude(most) >= 5_000
    {
      return "\(describe(most)), \(signed(most.change.value))"
    }
    let worst = score.measures.max { loss($0) < loss($1) }
    guard let worst, loss(worst) >= 5 else { return nil }
    return "\(describe(worst)) costs \(whole(loss(worst)))"
  }

  private static func magnitude(_ measure: MeasureReading) -> Int64 {
    abs(measure.change.tenThousandths)
  }

  /// Points the score would gain were this measure at its best.
  private static func loss(_ measure: MeasureReading) -> Double {
    measure.weight * 100 - measure.contribution.value
  }

  private static func describe(_ measure: MeasureReading) -> String {
    guard let value = measure.value else { return "\(measure.name) has no data now" }
    guard let expected = measure.expected else { return "\(measure.name) \(short(value))" }
    return "\(measure.name) \(short(value)) where \(short(expected)) was expected"
  }

  private static func signed(_ points: Double) -> String {
    let tenths = Int((abs(points) * 10).rounded())
    return "\(points < 0 ? "−" : "+")\(tenths / 10).\(tenths % 10)"
  }

  private static func whole(_ value: Double) -> Int { Int(value.rounded()) }

  /// Whole from 100 on, else with one decimal unless it is whole.
  static func short(_ value: Double) -> String {
    let limited = min(max(value, -1e15), 1e15)
    let tenths = Int((abs(limited) * 10).rounded())
    let sign = limited < 0 && tenths > 0 ? "−" : ""
    if abs(limited) >= 100 { return "\(sign)\(Int(abs(limited).rounded()))" }
    return tenths % 10 == 0 ? "\(sign)\(tenths / 10)" : "\(sign)\(tenths / 10).\(tenths % 10)"
  }
}
