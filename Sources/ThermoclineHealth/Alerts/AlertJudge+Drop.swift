internal import ThermoclineCore
internal import ThermoclineWindows

extension AlertJudge {
  /// Notes this week and those before it, and what the account's past lets expect of them; adds the
  /// day to that past.
  mutating func note(
    _ rule: FlatDropRule, _ reading: borrowing WindowReading, _ level: inout LevelMemory,
    in day: inout AlertDay
  ) {
    let known = reading.baselineWeeks(most: rule.weeks, window: .days(7), step: .days(7))
    var drop = AlertDay.DropRow(today: Double(reading.values[rule.day]))
    guard known >= rule.weeksMin, known >= LevelMemory.lag else {
      if rule.cause >= 0 { day.causes.append(AlertDay.CauseRow()) }
      day.drops.append(drop)
      for _ in 0..<rule.spansCount { day.spans.append(AlertDay.SpanRow()) }
      return
    }
    weeks.removeAll()
    for week in 0...known {
      weeks.append(Double(reading.values[places[rule.weeksStart + week]]))
    }
    if rule.cause >= 0 { day.causes.append(drivers(rule, reading)) }
    if level.isEmpty { level.begin(weeks, baseline(rule)) }
    drop.isEnough = true
    drop.week = weeks[0]
    drop.mean = reference(rule, level, before: 1).mean
    (drop.squares, drop.degrees) = (level.squares, level.degrees)
    day.drops.append(drop)
    var value = 0.0
    var counted = 0
    for i in rule.spansStart..<(rule.spansStart + rule.spansCount) {
      while counted < spans[i].weeks {
        value += weeks[counted]
        counted += 1
      }
      var row = AlertDay.SpanRow()
      if weeks.count - counted >= rule.weeksMin {
        let reference = reference(rule, level, before: counted)
        row.value = value
        row.expected = reference.mean * Double(counted)
        row.references = Float(reference.weeks)
      }
      day.spans.append(row)
    }
    level.add(weeks, rule)
  }

  /// What drives the count of the weeks noted.
  private func drivers(
    _ rule: FlatDropRule, _ reading: borrowing WindowReading
  ) -> AlertDay.CauseRow {
    func value(_ i: Int) -> Double { Double(reading.values[drivers[rule.causeStart + i]]) }
    var row = AlertDay.CauseRow()
    let spans = LevelMemory.lag
    for span in 0..<spans {
      row.audience[span] = Float(value(span))
      row.sessions[span] = Float(value(spans + 1 + span) / 1e6)
    }
    row.audienceBefore = Float(value(spans))
    row.sessionsBefore = Float(value(2 * spans + 1) / 1e6)
    for week in spans..<min(weeks.count, 2 * spans) { row.callsBefore += Float(weeks[week]) }
    return row
  }

  /// Why a count fell over a span: users and sessions are compared with the four weeks under no test,
  /// brought to the expected count.
  private func cause(
    _ row: AlertDay.CauseRow, _ span: FlatDropRule.Span, _ finding: RuleFinding, peers: Double
  ) -> DropCause? {
    guard let value = finding.value, let expected = finding.expected, row.callsBefore > 0 else {
      return nil
    }
    let scale = expected / Double(row.callsBefore)
    return DropCause(
      from: DropCause.Chain(
        audience: Double(row.audienceBefore) * scale, sessions: Double(row.sessionsBefore) * scale,
        calls: expected),
      to: DropCause.Chain(
        audience: Double(row.audience[span.weeks - 1]),
        sessions: Double(row.sessions[span.weeks - 1]), calls: value),
      peers: peers)
  }

  /// What the weeks before the newest `span` let expect of one, and how many they are worth.
  private func reference(_ rule: FlatDropRule, _ level: LevelMemory, before span: Int)
    -> (mean: Double, weeks: Double)
  {
    let usual = level.mean
    let deviation =
      (level.dispersion(rule) * max(usual, RobustBaseline.meanFloor)).squareRoot()
    var (sum, count) = (level.sum, level.weeks)
    for week in span..<max(span, LevelMemory.lag) {
      let weight = RobustBaseline.weight(distance: abs(weeks[week] - usual) / deviation)
      sum += weight * weeks[week]
      count += weight
    }
    return (sum / count, count)
  }

  /// What the weeks before this one let expect.
  private mutating func baseline(_ rule: FlatDropRule) -> RobustBaseline {
    sorted.removeAll()
    for week in 1..<weeks.count {
      let value = weeks[week]
      sorted.append(value)
      var hole = sorted.count - 1
      while hole > 0, sorted[hole - 1] > value {
        sorted[hole] = sorted[hole - 1]
        hole -= 1
      }
      sorted[hole] = value
    }
    return RobustBaseline(
      sorted, priorDispersion: rule.priorDispersion, priorDegrees: rule.priorDegrees)
  }

  /// What one drop rule finds.
  func judge(
    _ rule: Int, _ row: Int, _ day: borrowing AlertDay, _ context: RuleContext
  ) -> RuleFinding {
    let drop = day.drops[row * drops.count + rule]
    guard drop.isEnough else { return RuleFinding(.neither) }
    let flat = drops[rule]
    let usual = drop.mean * context.factor(span: 0)
    let first = row * spans.count + flat.spansStart
    var finding = RuleFinding(.neither)
    finding.value = drop.week
    finding.expected = usual
    finding.window = .days(7)
    // Who had an ordinary last week is not falling, whatever the weeks before it were like.
    if usual >= 1, drop.week >= usual * (1 - flat.clearLevel) {
      finding.finding = .clear
      return finding
    }
    let threshold = context.threshold ?? flat.threshold
    for i in 0..<flat.spansCount {
      let (span, counted) = (spans[flat.spansStart + i], day.spans[first + i])
      let p = flat.p(span, counted, drop, context, i)
      guard p < threshold else { continue }
      finding.finding = .evidence
      finding.value = counted.value
      finding.expected = counted.expected * context.factor(span: i)
      finding.confidence = 1 - p
      finding.window = .days(7 * Int64(span.weeks))
      if flat.cause >= 0 {
        finding.cause = cause(
          day.causes[row * causesCount + flat.cause], span, finding,
          peers: context.factor(span: i))
      }
      break
    }
    return finding
  }
}
