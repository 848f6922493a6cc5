/// What all accounts of a day came to: the ground on which each is judged. A function of the parts that
/// partitions told, in any order.
package struct AlertGround: Sendable {
  private struct Segment: Sendable {
    var rules: [RuleContext]
  }
  private let segments: [String: Segment]
  private let everyone: Segment
  /// By rule: its events are lost this day.
  private var held: [Bool] = []
  private var outageDays: UInt64 = 0

  /// Fewer accounts than this have no median of their own; the whole portfolio's is used instead.
  package static let peersMin = 20
  /// Fewer low accounts are not many.
  private static let manyMin = 5
  /// From so many accounts on a segment's dispersions are its own matter.
  static let dispersionsMin = 50

  package init(_ told: [AlertEvidence]) {
    guard let rules = told.first?.rules else {
      (segments, everyone) = ([:], Segment(rules: []))
      return
    }
    let names = Set(told.flatMap(\.segments)).sorted()
    var all = rules.indices.map { Self.context(told, nil, $0, RuleContext.none) }
    var own = names.map { name in
      rules.indices.map { Self.context(told, name, $0, all[$0]) }
    }
    let first = told[0]
    for rule in rules.indices {
      let threshold = Self.threshold(told, rule, first) { name, rule in
        own[names.firstIndex(of: name)!][rule]
      }
      all[rule].threshold = threshold
      for i in own.indices { own[i][rule].threshold = threshold }
    }
    everyone = Segment(rules: all)
    segments = Dictionary(
      uniqueKeysWithValues: zip(names, own).map { ($0, Segment(rules: $1)) })
  }

  /// The rules' events that are lost this day, by rule, and the days before on which all were.
  mutating func hold(_ rules: [Bool], outageDays: UInt64) {
    self.outageDays = outageDays
    held = rules
  }

  /// What an account of a segment is judged against.
  package func context(segment: String) -> SegmentContext {
    var context = SegmentContext(
      rules: (segments[segment] ?? everyone).rules, outageDays: outageDays)
    for rule in context.rules.indices where rule < held.count {
      context.rules[rule].isHeld = held[rule]
    }
    return context
  }

  /// Medians and prior of a segment, or of all (nil); where it has too few accounts, those of `others`.
  private static func context(
    _ told: [AlertEvidence], _ segment: String?, _ rule: Int, _ others: RuleContext
  ) -> RuleContext {
    var cells: [AlertEvidence.Cell] = []
    for part in told {
      for (place, name) in part.segments.enumerated() where segment == nil || segment == name {
        cells.append(part.cells[place * part.rules.count + rule])
      }
    }
    var context = others
    let spans = told[0].rules[rule].spansCount
    context.peerRatios = (0..<spans).map { span in
      var values = cells.flatMap { $0.ratios[span].map(Double.init) }
      guard values.count >= peersMin else {
        return span < others.peerRatios.count ? others.peerRatios[span] : nil
      }
      return values.median()
    }
    var moments = DispersionMoments()
    for cell in cells { moments.add(cell.moments) }
    if segment == nil || moments.count >= dispersionsMin, let prior = DispersionPrior(moments) {
      context.prior = prior
    }
    return context
  }

  /// The day's threshold of a rule: where so many accounts are low that they cannot all be chance,
  /// one at which `falseShare` of a week's alerts may be (Benjamini & Hochberg 1995, doi
  /// 10.1111/j.2517-6161.1995.tb02031.x, with every p counted as often as there are looks in a week).
  private static func threshold(
    _ told: [AlertEvidence], _ rule: Int, _ first: AlertEvidence,
    _ context: (String, Int) -> RuleContext
  ) -> Double {
    let flat = first.rules[rule]
    guard flat.threshold > 0, first.falseShare > 0 else { return flat.threshold }
    var chances: [Double] = []
    for part in told {
      var contexts: [RuleContext?] = Array(repeating: nil, count: part.segments.count)
      for candidate in part.candidates where candidate.cell % part.rules.count == rule {
        let segment = candidate.cell / part.rules.count
        let context = contexts[segment] ?? context(part.segments[segment], rule)
        contexts[segment] = context
        let p = (0..<flat.spansCount).map {
          flat.p(
            first.spans[flat.spansStart + $0], candidate.spans[$0], candidate.drop, context, $0)
        }.min()!
        if p < 1 { chances.append(p) }
      }
    }
    chances.sort()
    let judged = Double(told.reduce(0) { $0 + $1.judged[rule] })
    var threshold = flat.threshold
    for (i, p) in chances.enumerated() {
      let level = first.falseShare * Double(i + 1) / judged / DropTest.looksPerWeek
      // A few may be low by chance together.
      if i + 1 >= manyMin, p <= level { threshold = max(threshold, level) }
    }
    return threshold
  }
}
