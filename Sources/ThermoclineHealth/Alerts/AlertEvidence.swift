/// How the accounts of a partition did on a day against their own past, by segment and drop rule: what
/// the other partitions must know before any account is judged. Parts add up to the same in any order.
package struct AlertEvidence: Sendable {
  /// The accounts of one segment under one rule.
  struct Cell: Sendable {
    /// value ÷ expected, one list for each of the rule's spans.
    var ratios: [[Float]]
    var moments = DispersionMoments()
  }
  /// An account whose count of some span is low enough to be looked at.
  struct Candidate: Sendable {
    /// Place of its cell.
    var cell: Int
    var drop: AlertDay.DropRow
    var spans: [AlertDay.SpanRow]
  }

  package private(set) var segments: [String] = []
  /// One for each segment and rule.
  var cells: [Cell] = []
  var candidates: [Candidate] = []
  /// The rest is of all segments, one for each rule: accounts with enough weeks,
  var judged: [Int]
  /// events of the last day ÷ a seventh of the account's usual week, of accounts large enough,
  var dayRatios: [[Float]]
  /// and events of the last day in all.
  var dayTotals: [Int64]
  let rules: [FlatDropRule]
  let spans: [FlatDropRule.Span]
  let falseShare: Double
  let outageLevel: Double?
  private var places: [String: Int] = [:]

  /// Usual events of a week from which on an account's single day says something.
  static let dayVolumeMin = 35.0

  init(
    rules: [FlatDropRule], spans: [FlatDropRule.Span], falseShare: Double, outageLevel: Double?
  ) {
    self.rules = rules
    self.spans = spans
    self.falseShare = falseShare
    self.outageLevel = outageLevel
    judged = Array(repeating: 0, count: rules.count)
    dayRatios = Array(repeating: [], count: rules.count)
    dayTotals = Array(repeating: 0, count: rules.count)
  }

  /// Place of a segment, to add accounts to.
  package mutating func place(_ segment: String) -> Int {
    if let place = places[segment] { return place }
    places[segment] = segments.count
    segments.append(segment)
    cells.append(
      contentsOf: rules.map { Cell(ratios: Array(repeating: [], count: $0.spansCount)) })
    return segments.count - 1
  }

  /// Adds what one account came to under one rule.
  mutating func add(
    _ drop: AlertDay.DropRow, rule: Int, segment: Int, spans rows: [AlertDay.SpanRow]
  ) {
    dayTotals[rule] += Int64(drop.today)
    guard drop.isEnough else { return }
    let flat = rules[rule]
    judged[rule] += 1
    if drop.mean >= Self.dayVolumeMin {
      dayRatios[rule].append(Float(drop.today / (drop.mean / 7)))
    }
    guard drop.mean >= flat.volumeMin else {
      // Small accounts have no part in medians, but a longer span of theirs may be large enough.
      return offer(drop, rule, segment, rows)
    }
    let cell = segment * rules.count + rule
    cells[cell].moments.add(squares: Double(drop.squares), degrees: Double(drop.degrees))
    // Counts are skewed: their median lies this much below their mean (the first term of Cornish and
    // Fisher's expansion for a negative binomial), which for small accounts is no trifle.
    let dispersion =
      (flat.priorDegrees * flat.priorDispersion + Double(drop.squares))
      / (flat.priorDegrees + Double(drop.degrees))
    let skew = (2 * max(1, dispersion) - 1) / 6
    for i in 0..<flat.spansCount where rows[i].references > 0 {
      cells[cell].ratios[i].append(Float((rows[i].value + skew) / rows[i].expected))
    }
    offer(drop, rule, segment, rows)
  }

  private mutating func offer(
    _ drop: AlertDay.DropRow, _ rule: Int, _ segment: Int, _ rows: [AlertDay.SpanRow]
  ) {
    let flat = rules[rule]
    let isLow = (0..<flat.spansCount).contains { i in
      let row = rows[i]
      return row.references > 0 && row.expected >= flat.volumeMin
        && row.value <= row.expected * (1 - spans[flat.spansStart + i].effectMin)
    }
    guard isLow else { return }
    candidates.append(
      Candidate(
        cell: segment * rules.count + rule, drop: drop, spans: rows))
  }
}
