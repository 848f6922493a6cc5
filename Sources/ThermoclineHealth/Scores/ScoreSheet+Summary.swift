package import ThermoclineCore

/// One sentence on a score: `62, yellow: down 9 since last week; bot calls 412 where 655 were
/// expected, −7.3; logins normal; no event for 2 days`.
///
/// The number after a measure is what it costs: the points between what it contributes and what it would at its
/// best. What it says of changes is named as such.
extension ScoreSheet {
  package mutating func writeSummary(to text: inout TextBuffer) {
    guard points != noPoints else {
      text.append("no score: only ")
      text.append(whole: coverage * 100)
      text.append(" % of the policy's weight has data")
      return
    }
    text.append(whole: Double(points) / 10_000)
    text.append(", ")
    text.append(name(lines.count + Int(band)), of: names)
    var hasParts = false
    func separate(_ text: inout TextBuffer) {
      text.append(hasParts ? "; " : ": ")
      hasParts = true
    }
    if weekChange != noPoints {
      separate(&text)
      write(weekChange, same: "as last week", since: " since last week", to: &text)
    } else if change != noPoints {
      separate(&text)
      write(change, same: "as the last score", since: Self.sinceLast, to: &text)
    }
    let (costly, mover) = (costliest, mover)
    if let costly {
      separate(&text)
      describe(costly, to: &text)
      text.append(", ")
      text.append(tenths: -loss(costly))
      if costly == mover {
        text.append(" (")
        writeChange(of: costly, to: &text)
        text.append(")")
      }
    }
    if let mover, mover != costly {
      separate(&text)
      text.append(name(mover), of: names)
      text.append(lines[mover].hasValue ? " " : " without data now, ")
      writeChange(of: mover, to: &text)
    }
    if let normal = normal(besides: costly, mover) {
      separate(&text)
      text.append(name(normal), of: names)
      text.append(" normal")
    }
    if let days = silence.map({ Int($0.days) }), days >= 2 {
      separate(&text)
      text.append("no event for ")
      text.append(decimal: Int64(days), places: 0)
      text.append(" days")
    }
    let guessed = Int64((assumed * 100).rounded())
    if guessed > 0 {
      separate(&text)
      text.append(decimal: guessed, places: 0)
      text.append(" % of the weight has no data and counts as the policy says")
    }
    let missing = Int64(((1 - coverage - assumed) * 100).rounded())
    if missing > 0 {
      separate(&text)
      text.append(decimal: missing, places: 0)
      text.append(" % of the weight has no data and went to the rest")
    }
  }

  private static var sinceLast: StaticString { " since the last score" }

  /// How a score moved.
  private func write(
    _ change: Int32, same: StaticString, since: StaticString, to text: inout TextBuffer
  ) {
    let amount = abs(Double(change) / 10_000)
    if Int(amount.rounded()) == 0 { return text.append(same) }
    text.append(change > 0 ? "up " : "down ")
    text.append(whole: amount)
    text.append(since)
  }

  private func writeChange(of i: Int, to text: inout TextBuffer) {
    text.append(tenths: Double(lines[i].change) / 10_000)
    text.append(Self.sinceLast)
  }

  /// The measure that costs the score most; nil where that is less than half a point.
  private var costliest: Int? {
    var worst = 0
    for i in 0..<lines.count where loss(i) > loss(worst) { worst = i }
    return loss(worst) >= 0.5 ? worst : nil
  }

  /// The measure that changed the score most; nil where that was less than half a point.
  private var mover: Int? {
    guard change != noPoints else { return nil }
    var most = 0
    for i in 0..<lines.count where abs(lines[i].change) > abs(lines[most].change) { most = i }
    return abs(lines[most].change) >= 5_000 ? most : nil
  }

  /// The measure with the greatest weight, among the others, that is as it should be: 80 points or more.
  private func normal(besides costly: Int?, _ mover: Int?) -> Int? {
    var best = -1
    for i in 0..<lines.count
    where i != costly && i != mover && lines[i].hasValue && lines[i].subscore >= 800_000
      && lines[i].weight > 0
    {
      if best < 0 || lines[i].weight > lines[best].weight { best = i }
    }
    return best < 0 ? nil : best
  }

  /// Points the score would gain were this measure at its best.
  private func loss(_ i: Int) -> Double {
    lines[i].weight * 100 - Double(lines[i].contribution) / 10_000
  }

  /// The measure with what it was compared with.
  private func describe(_ i: Int, to text: inout TextBuffer) {
    text.append(name(i), of: names)
    guard lines[i].hasValue else { return text.append(" not known") }
    text.append(" ")
    text.append(short: lines[i].value)
    guard lines[i].hasExpected else { return }
    if measures[first &+ i].peer >= 0 {
      text.append(", above ")
      text.append(whole: lines[i].percentile)
      return text.append(" % of its peers")
    }
    text.append(" where ")
    text.append(short: lines[i].expected)
    text.append(measures[first &+ i].isBaseline ? " were expected" : " is best")
  }
}

extension TextBuffer {
  /// The nearest whole number.
  fileprivate mutating func append(whole value: Double) {
    append(decimal: Int64(value.rounded()), places: 0)
  }

  /// With a sign and one decimal.
  fileprivate mutating func append(tenths value: Double) {
    let tenths = Int64((abs(value) * 10).rounded())
    append(value < 0 ? "−" : "+")
    append(decimal: tenths / 10, places: 0)
    append(".")
    append(decimal: tenths % 10, places: 0)
  }

  /// Whole from 100 on, else with one decimal unless it is whole.
  mutating func append(short value: Double) {
    let limited = min(max(value, -1e15), 1e15)
    let tenths = Int64((abs(limited) * 10).rounded())
    if limited < 0 && tenths > 0 { append("−") }
    if abs(limited) >= 100 { return append(decimal: Int64(abs(limited).rounded()), places: 0) }
    append(decimal: tenths, places: 1)
  }
}
