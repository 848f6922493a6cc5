package import ThermoclineCore

/// One sentence on a score: `62, yellow: down 9 since the last score; events_7d 412 where 655 were
/// expected, −7.3; no event for 6 days`.
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
    if change != noPoints {
      separate(&text)
      writeChange(to: &text)
    }
    if let reason = reason() {
      separate(&text)
      write(reason, to: &text)
    }
    if let days = silence.map({ Int($0.days) }), days >= 2 {
      separate(&text)
      text.append("no event for ")
      text.append(decimal: Int64(days), places: 0)
      text.append(" days")
    }
  }

  private enum Reason {
    case changed(Int)
    case costs(Int)
  }

  private func writeChange(to text: inout TextBuffer) {
    let amount = abs(Double(change) / 10_000)
    if Int(amount.rounded()) == 0 { return text.append("as the last score") }
    text.append(change > 0 ? "up " : "down ")
    text.append(whole: amount)
    text.append(" since the last score")
  }

  /// The measure that changed the score most, or cost it most where nothing changed.
  private func reason() -> Reason? {
    if change != noPoints {
      var most = 0
      for i in 0..<lines.count where abs(lines[i].change) > abs(lines[most].change) { most = i }
      if abs(lines[most].change) >= 5_000 { return .changed(most) }
    }
    var worst = 0
    for i in 0..<lines.count where loss(i) > loss(worst) { worst = i }
    return loss(worst) >= 5 ? .costs(worst) : nil
  }

  /// Points the score would gain were this measure at its best.
  private func loss(_ i: Int) -> Double {
    lines[i].weight * 100 - Double(lines[i].contribution) / 10_000
  }

  private func write(_ reason: Reason, to text: inout TextBuffer) {
    switch reason {
    case .changed(let i):
      describe(i, to: &text)
      let points = Double(lines[i].change) / 10_000
      let tenths = Int64((abs(points) * 10).rounded())
      text.append(points < 0 ? ", −" : ", +")
      text.append(decimal: tenths / 10, places: 0)
      text.append(".")
      text.append(decimal: tenths % 10, places: 0)
    case .costs(let i):
      describe(i, to: &text)
      text.append(" costs ")
      text.append(whole: loss(i))
    }
  }

  private func describe(_ i: Int, to text: inout TextBuffer) {
    text.append(name(i), of: names)
    guard lines[i].hasValue else { return text.append(" has no data now") }
    text.append(" ")
    text.append(short: lines[i].value)
    guard lines[i].hasExpected else { return }
    text.append(" where ")
    text.append(short: lines[i].expected)
    text.append(" was expected")
  }
}

extension TextBuffer {
  /// The nearest whole number.
  fileprivate mutating func append(whole value: Double) {
    append(decimal: Int64(value.rounded()), places: 0)
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
