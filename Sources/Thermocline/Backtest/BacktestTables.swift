internal import ThermoclineBacktest

/// A report as tables of words: the same for a terminal and a page.
struct BacktestTables {
  struct Table {
    var title: String
    /// One sentence below the title; may be empty.
    var note: String
    /// The first row is the header.
    var rows: [[String]]
  }

  let report: BacktestReport

  init(_ report: BacktestReport) { self.report = report }

  /// What was looked at, in sentences.
  var preface: [String] {
    let plan = report.plan
    var lines = [
      "\(FigureText.grouped(report.cases)) cases (an account at a cut-off) of "
        + "\(FigureText.grouped(report.accounts)) accounts, "
        + "\(FigureText.grouped(report.churners)) of which left",
      "cut-offs: every \(plan.step) days from day \(plan.first) to day \(plan.last) after the start of "
        + (plan.origin == .account ? "each account" : "the archive"),
      "intervals: 95 %, bootstrap over accounts, \(FigureText.grouped(report.bootstrap)) draws, "
        + "seed \(report.seed)",
    ]
    if report.unscored > 0 {
      lines.append(
        "\(FigureText.grouped(report.unscored)) cases have no score and are left out everywhere")
    }
    return lines
  }

  var all: [Table] {
    [areas, precisions]
      + (0..<report.policies).flatMap { [bands($0), notGreen($0), calibration($0), alerts($0)] }
      + [across, segments].compactMap { $0 }
      + (0..<report.policies).compactMap { bandsBySegment($0) }
  }

  private var horizon: Int { report.plan.horizons[0] }

  private func header(_ figures: HorizonFigures) -> String {
    "\(figures.horizon) d (\(figures.churners)/\(FigureText.grouped(figures.cases)))"
  }

  private var areas: Table {
    var rows = [["order of the cases by"] + report.horizons.map { header($0) }]
    for (s, scorer) in report.scorers.enumerated() {
      rows.append([scorer] + report.horizons.map { BacktestText.interval($0.areas[s]) })
    }
    for (s, scorer) in report.scorers.enumerated().dropFirst() {
      rows.append(
        ["gain over \(scorer)"]
          + report.horizons.map { BacktestText.interval($0.areaGains[s], signed: true) })
    }
    return Table(
      title: "Area under the ROC curve, by horizon",
      note: "0.5 = chance; in brackets those who leave / cases.", rows: rows)
  }

  private var precisions: Table {
    var rows = [["order of the cases by"] + report.horizons.map { "\($0.horizon) d" }]
    for (s, scorer) in report.scorers.enumerated() {
      rows.append([scorer] + report.horizons.map { BacktestText.interval($0.precisions[s]) })
    }
    rows.append(["base rate"] + report.horizons.map { BacktestText.three($0.baseRate) })
    return Table(
      title: "Average precision, by horizon", note: "The base rate = chance.", rows: rows)
  }

  private func titled(_ title: String, _ policy: Int) -> String {
    report.policies == 1 ? title : "\(title): \(report.scorers[policy])"
  }

  private func bands(_ policy: Int) -> Table {
    var rows = [["band", "cases", "left", "share", "lift", "of all who left"]]
    for band in report.bands[policy] {
      rows.append([
        band.band, FigureText.grouped(band.cases), FigureText.grouped(band.churners),
        BacktestText.percent(band.rate), BacktestText.interval(band.lift),
        BacktestText.percent(band.recall),
      ])
    }
    return Table(
      title: titled("Bands, \(horizon) days ahead", policy),
      note: "Lift: the share that leaves in the band ÷ the share among all.", rows: rows)
  }

  private func notGreen(_ policy: Int) -> Table {
    let best = report.bandNames[policy].last ?? "green"
    var rows = [["days before", "accounts", "not \(best)", "everybody"]]
    for figures in report.notGreen[policy] {
      rows.append([
        "\(figures.daysBefore)", FigureText.grouped(figures.accounts),
        BacktestText.percent(figures.share), BacktestText.percent(figures.everyone),
      ])
    }
    return Table(
      title: titled("Accounts that left, some days before they did", policy),
      note: "Everybody: the same share among all cases.", rows: rows)
  }

  private func calibration(_ policy: Int) -> Table {
    let figures = report.calibration[policy]
    var rows = [["tenth by score", "cases", "mean score", "left", "share", "expected"]]
    for (i, group) in figures.groups.enumerated() {
      rows.append([
        "\(i + 1)", FigureText.grouped(group.cases), FigureText.decimal(group.scoreMean),
        FigureText.grouped(group.churners), BacktestText.percent(group.rate),
        BacktestText.percent(group.expectedRate),
      ])
    }
    let skill = BacktestText.interval(figures.skill, signed: true)
    return Table(
      title: titled("Calibration, \(horizon) days ahead", policy),
      note: "Expected: a logistic curve of the score, fitted on other accounts. Brier score "
        + "\(Self.small(figures.brier.value)), of the base rate "
        + "\(Self.small(figures.brierOfBaseRate.value)); skill \(skill).", rows: rows)
  }

  /// Six decimals.
  private static func small(_ value: Double) -> String {
    guard value.isFinite, value >= 0, value < 1_000 else { return "–" }
    let digits = String(Int((value * 1_000_000).rounded()) % 1_000_000)
    return "\(Int(value))." + String(repeating: "0", count: 6 - digits.count) + digits
  }

  private func alerts(_ policy: Int) -> Table {
    var rows = [
      ["rule", "within", "alerts", "precision", "at random", "left", "recall", "median lead"]
    ]
    for figures in report.alerts[policy] {
      rows.append([
        figures.rule, "\(figures.horizon) d", FigureText.grouped(figures.alerts),
        BacktestText.percent(figures.precision), BacktestText.percent(figures.baseRate),
        FigureText.grouped(figures.churners), BacktestText.percent(figures.recall),
        figures.leadDays.isFinite ? FigureText.decimal(figures.leadDays) + " d" : "–",
      ])
    }
    return Table(
      title: titled("Alerts", policy),
      note:
        "Precision: the account leaves so soon after. Recall: an account that left had an alert "
        + "so shortly before.", rows: rows)
  }

  private var across: Table? {
    guard report.policies == 2 else { return nil }
    var rows = [[report.scorers[0] + " ↓ " + report.scorers[1] + " →"] + report.bandNames[1]]
    for (name, cells) in zip(report.bandNames[0], report.bandsAcross) {
      rows.append(
        [name]
          + cells.map { "\(FigureText.grouped($0.cases)) (\(FigureText.grouped($0.churners)))" })
    }
    return Table(
      title: "Cases by band under both policies",
      note: "In brackets those who leave within \(horizon) days.", rows: rows)
  }

  /// The largest segments' bands and calibration under a policy.
  private func bandsBySegment(_ policy: Int) -> Table? {
    guard !report.segments.isEmpty else { return nil }
    let names = report.bandNames[policy]
    var rows = [
      [
        "segment", "left / cases", "lift of \(names[0])", "not \(names.last ?? "")", "share",
        "expected",
      ]
    ]
    for segment in report.segments {
      rows.append([
        Self.title(segment), "\(segment.churners) / \(FigureText.grouped(segment.cases))",
        BacktestText.interval(segment.lifts[policy]),
        BacktestText.percent(segment.notGreen[policy]),
        BacktestText.percent(Double(segment.churners) / Double(segment.cases)),
        BacktestText.percent(segment.expectedRates[policy]),
      ])
    }
    return Table(
      title: titled("Bands and calibration by segment, \(horizon) days ahead", policy),
      note:
        "Not \(names.last ?? ""): of those who leave. Expected: by the curve of the calibration.",
      rows: rows)
  }

  private static func title(_ segment: SegmentFigures) -> String {
    "\(segment.kind) \(segment.name.isEmpty ? "(none)" : segment.name)"
  }

  private var segments: Table? {
    guard !report.segments.isEmpty else { return nil }
    var rows = [["segment", "left / cases"] + report.scorers]
    for segment in report.segments {
      rows.append(
        [
          Self.title(segment),
          "\(segment.churners) / \(FigureText.grouped(segment.cases))",
        ] + segment.areas.map { BacktestText.interval($0) })
    }
    return Table(
      title: "Area under the ROC curve by segment, \(horizon) days ahead", note: "", rows: rows)
  }
}
