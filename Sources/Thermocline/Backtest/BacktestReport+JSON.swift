package import ThermoclineBacktest
internal import ThermoclineCodec
internal import ThermoclineHealth

extension BacktestReport {
  /// As JSON on one line; docs/backtest.md names the fields. Figures that are not defined are null.
  package func json(_ proposal: WeightProposal? = nil) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("schema")
    writer.value(Int64(1))
    writer.list("scorers", scorers) { $0.value($1) }
    writer.field("policies", policies)
    writer.field("accounts", accounts)
    writer.field("churners", churners)
    writer.field("cases", cases)
    writer.field("unscored", unscored)
    writer.key("protocol")
    write(plan, to: &writer)
    writer.list("horizons", horizons) { write($1, to: &$0) }
    writer.list("bands", bands) { $0.elements($1) { write($1, to: &$0) } }
    writer.list("bandsAcross", bandsAcross) {
      $0.elements($1) {
        $0.beginObject()
        $0.field("cases", $1.cases)
        $0.field("churners", $1.churners)
        $0.endObject()
      }
    }
    writer.list("notGreen", notGreen) { $0.elements($1) { write($1, to: &$0) } }
    writer.list("calibration", calibration) { write($1, to: &$0) }
    writer.list("segments", segments) { write($1, to: &$0) }
    writer.list("alerts", alerts) { $0.elements($1) { write($1, to: &$0) } }
    if let proposal { write(proposal, to: &writer) }
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func write(_ plan: BacktestPlan, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("from")
    writer.value(plan.origin.rawValue)
    writer.field("firstDay", plan.first)
    writer.field("stepDays", plan.step)
    writer.field("lastDay", plan.last)
    writer.field("bootstrap", bootstrap)
    writer.key("seed")
    writer.value("\(seed)")
    writer.endObject()
  }

  private func write(_ figures: HorizonFigures, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("days", figures.horizon)
    writer.field("cases", figures.cases)
    writer.field("churners", figures.churners)
    writer.number("baseRate", figures.baseRate)
    writer.key("scorers")
    writer.elements(Array(scorers.indices)) { writer, s in
      writer.beginObject()
      writer.key("name")
      writer.value(scorers[s])
      writer.estimate("auc", figures.areas[s])
      writer.estimate("averagePrecision", figures.precisions[s])
      writer.estimate("aucGainOfFirst", figures.areaGains[s])
      writer.estimate("averagePrecisionGainOfFirst", figures.precisionGains[s])
      writer.endObject()
    }
    writer.endObject()
  }

  private func write(_ figures: BandFigures, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("band")
    writer.value(figures.band)
    writer.field("cases", figures.cases)
    writer.field("churners", figures.churners)
    writer.estimate("rate", figures.rate)
    writer.estimate("lift", figures.lift)
    writer.estimate("recall", figures.recall)
    writer.endObject()
  }

  private func write(_ figures: NotGreenFigures, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.field("daysBefore", figures.daysBefore)
    writer.field("accounts", figures.accounts)
    writer.estimate("share", figures.share)
    writer.estimate("everyone", figures.everyone)
    writer.endObject()
  }

  private func write(_ figures: CalibrationFigures, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.list("groups", figures.groups) { writer, group in
      writer.beginObject()
      writer.field("cases", group.cases)
      writer.field("churners", group.churners)
      writer.number("scoreMean", group.scoreMean)
      writer.number("expectedRate", group.expectedRate)
      writer.estimate("rate", group.rate)
      writer.endObject()
    }
    writer.estimate("brier", figures.brier)
    writer.estimate("brierOfBaseRate", figures.brierOfBaseRate)
    writer.estimate("skill", figures.skill)
    writer.endObject()
  }

  private func write(_ figures: SegmentFigures, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("kind")
    writer.value(figures.kind)
    writer.key("name")
    writer.value(figures.name)
    writer.field("cases", figures.cases)
    writer.field("churners", figures.churners)
    writer.list("auc", figures.areas) { $0.interval($1) }
    writer.list("liftOfLowestBand", figures.lifts) { $0.interval($1) }
    writer.list("notGreen", figures.notGreen) { $0.interval($1) }
    writer.list("expectedRate", figures.expectedRates) { $0.readable($1.isFinite ? $1 : nil) }
    writer.endObject()
  }

  private func write(_ figures: AlertFigures, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.key("rule")
    writer.value(figures.rule)
    writer.field("withinDays", figures.horizon)
    writer.field("alerts", figures.alerts)
    writer.estimate("precision", figures.precision)
    writer.number("baseRate", figures.baseRate)
    writer.field("churners", figures.churners)
    writer.estimate("recall", figures.recall)
    writer.number("medianLeadDays", figures.leadDays)
    writer.endObject()
  }

  private func write(_ proposal: WeightProposal, to writer: inout JSONWriter) {
    writer.key("fit")
    writer.beginObject()
    writer.number("penalty", proposal.fit.penalty ?? .nan)
    writer.estimate("ownAuc", proposal.own)
    writer.estimate("heldOutAuc", proposal.heldOut)
    writer.estimate("gain", proposal.gain)
    writer.key("weights")
    writer.beginObject()
    for (measure, share) in zip(proposal.policy.measures, proposal.fit.weights.shares) {
      writer.key(measure.name)
      writer.readable(share)
    }
    writer.endObject()
    writer.endObject()
  }
}

extension JSONWriter {
  fileprivate mutating func field(_ name: String, _ count: Int) {
    key(name)
    value(Int64(count))
  }

  /// null for what is not finite.
  fileprivate mutating func number(_ name: String, _ number: Double) {
    key(name)
    readable(number.isFinite ? number : nil)
  }

  fileprivate mutating func estimate(_ name: String, _ estimate: Estimate) {
    key(name)
    interval(estimate)
  }

  fileprivate mutating func interval(_ estimate: Estimate) {
    beginObject()
    number("value", estimate.value)
    number("low", estimate.low)
    number("high", estimate.high)
    endObject()
  }

  fileprivate mutating func list<T>(
    _ name: String, _ items: [T], _ write: (inout JSONWriter, T) -> Void
  ) {
    key(name)
    elements(items, write)
  }

  fileprivate mutating func elements<T>(_ items: [T], _ write: (inout JSONWriter, T) -> Void) {
    beginArray()
    for item in items { write(&self, item) }
    endArray()
  }
}
