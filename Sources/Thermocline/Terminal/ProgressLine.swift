/// Progress of a long piece of work (`replay`, `produce`) in one line.
package struct ProgressLine: Sendable, Equatable {
  /// What is counted.
  package enum Unit: Sendable { case bytes, events, messages, steps }

  /// For example `replay`.
  package var name: String
  package var unit: Unit
  package var done: Int
  /// nil when the end is not known.
  package var total: Int?
  /// Time since the beginning; monotonic.
  package var elapsedNanoseconds: UInt64

  package init(name: String, unit: Unit, done: Int, total: Int?, elapsedNanoseconds: UInt64) {
    self.name = name
    self.unit = unit
    self.done = done
    self.total = total
    self.elapsedNanoseconds = elapsedNanoseconds
  }

  /// The line, at most `columns` wide. The rate is the mean since the beginning, the time left
  /// supposes that it stays.
  package func line(columns: Int) -> StyledLine {
    let seconds = Double(elapsedNanoseconds) / 1e9
    let rate = seconds > 0 ? Double(done) / seconds : 0
    var line = StyledLine(name + "  ", .bold)
    if let total {
      let fraction = total > 0 ? Double(done) / Double(total) : 1
      let bar = FigureText.bar(fraction, columns: 24)
      line.append(bar.done, .cyan)
      line.append(bar.rest, .faint)
      line.append(DisplayText(FigureText.percent(fraction)).fitted(to: 7, onRight: true).text)
      line.append("  \(amount(done)) of \(amount(total))")
    } else {
      line.append(amount(done))
    }
    line.append("  \(amount(Int(min(rate, 1e15))))/s")
    if let total, done < total, rate > 0 {
      let left = min(Double(total - done) / rate, 3.6e8)
      line.append("  \(FigureText.duration(seconds: Int(left.rounded(.up)))) left")
    } else {
      line.append("  \(FigureText.duration(seconds: Int(seconds)))")
    }
    return line.truncated(to: columns)
  }

  private func amount(_ amount: Int) -> String {
    switch unit {
    case .bytes: FigureText.bytes(amount)
    case .events: "\(FigureText.grouped(amount)) events"
    case .messages: "\(FigureText.grouped(amount)) messages"
    case .steps: "\(FigureText.grouped(amount)) steps"
    }
  }
}
