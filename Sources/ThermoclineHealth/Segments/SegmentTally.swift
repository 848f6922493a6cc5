package import ThermoclineCore

/// What the accounts of a segment came to at a midnight: whole numbers that are added, so that parts of several
/// partitions come to the same in any order.
package struct SegmentTally: Sendable, Equatable {
  package private(set) var accounts = 0
  /// Accounts in each band of the policy, lowest first.
  package private(set) var bands: [Int]
  /// Accounts in each band as people see them: in the one that a person says, or else in the computed one.
  package private(set) var effective: [Int]
  /// Of these, the ones that a person put there, from another band or from none.
  package private(set) var overridden: [Int]
  /// Accounts with a score, which have a band.
  package private(set) var scored = 0
  /// Accounts in each quadrant, in the order of `Quadrant.allCases`.
  package private(set) var quadrants = Array(repeating: 0, count: Quadrant.allCases.count)
  /// Σ scores, ten-thousandths of a point.
  package private(set) var points: Int64 = 0
  /// Points, to within 0.5 % of the score.
  package private(set) var scores = QuantileSketch(accuracy: scoresAccuracy)
  /// Hundredths of the currency; what is more than 9e16 in all counts as that.
  package private(set) var revenue: Int64 = 0
  /// Of that: of accounts in the lowest band, and of accounts with a score.
  package private(set) var revenueAtRisk: Int64 = 0
  package private(set) var revenueScored: Int64 = 0
  /// Σ revenue × score.
  package private(set) var weighted: Int128 = 0
  /// The lowest score; `noPoints` without one.
  package private(set) var worst = noPoints
  /// The parent's own score, for a segment of children; `noPoints` without one.
  package private(set) var own = noPoints
  /// How they use the product; nil where the policy does not ask.
  package private(set) var usage: UsageTally?
  /// What measures judged against peers came to, in the policy's order of these.
  package private(set) var peers: [QuantileSketch]

  /// Relative error of the scores' quantiles.
  private static let scoresAccuracy = 0.005
  /// Relative error of the peers' quantiles.
  package static let peersAccuracy = 0.01
  private static let revenueMax = 9e18

  package init(bands: Int, peers: Int) {
    self.bands = Array(repeating: 0, count: bands)
    effective = self.bands
    overridden = self.bands
    self.peers = Array(repeating: QuantileSketch(accuracy: Self.peersAccuracy), count: peers)
  }

  /// Counts the account whose score the sheet holds.
  ///
  /// - Parameter said: place of the band that a person says; nil = nobody says one of the policy's.
  package mutating func add(_ sheet: inout ScoreSheet, revenue amount: Double, said: Int? = nil) {
    accounts += 1
    let computed = sheet.points == noPoints ? nil : Int(sheet.band)
    if let band = said ?? computed { effective[band] += 1 }
    if let said, said != computed { overridden[said] += 1 }
    let hundredths = Int64((min(max(amount, 0), 9e16) * 100).rounded())
    revenue = Self.sum(revenue, hundredths)
    if let quadrant = sheet.quadrant { quadrants[quadrant.place] += 1 }
    for (place, measure) in sheet.peerMeasures.enumerated() {
      if let value = sheet.peerValue(measure) { peers[place].add(value) }
    }
    guard sheet.points != noPoints else { return }
    scored += 1
    bands[Int(sheet.band)] += 1
    points += Int64(sheet.points)
    scores.add(Double(sheet.points) / 10_000)
    if sheet.band == 0 { revenueAtRisk = Self.sum(revenueAtRisk, hundredths) }
    revenueScored = Self.sum(revenueScored, hundredths)
    weighted += Int128(hundredths) * Int128(sheet.points)
    worst = worst == noPoints ? sheet.points : min(worst, sheet.points)
  }

  /// Counts how one of the accounts uses the product.
  package mutating func add(_ more: UsageTally) {
    if usage == nil { usage = more } else { usage!.merge(more) }
  }

  /// Notes the score of the account whose children these are.
  package mutating func note(own points: Int32) { own = points }

  /// Counts what another part has counted.
  package mutating func merge(_ other: SegmentTally) {
    accounts += other.accounts
    scored += other.scored
    points += other.points
    bands.add(other.bands)
    effective.add(other.effective)
    overridden.add(other.overridden)
    quadrants.add(other.quadrants)
    scores.merge(other.scores)
    revenue = Self.sum(revenue, other.revenue)
    revenueAtRisk = Self.sum(revenueAtRisk, other.revenueAtRisk)
    revenueScored = Self.sum(revenueScored, other.revenueScored)
    weighted += other.weighted
    if other.worst != noPoints { worst = worst == noPoints ? other.worst : min(worst, other.worst) }
    if other.own != noPoints { own = other.own }
    if let more = other.usage { add(more) }
    for (place, sketch) in other.peers.enumerated() {
      if place < peers.count { peers[place].merge(sketch) } else { peers.append(sketch) }
    }
  }

  private static func sum(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, isTooLarge) = a.addingReportingOverflow(b)
    return isTooLarge ? Int64(revenueMax) : sum
  }
}

extension Quadrant {
  /// Place among all cases.
  var place: Int {
    switch self {
    case .redCarpet: 0
    case .convert: 1
    case .nurture: 2
    case .costly: 3
    }
  }
}

extension SegmentTally {
  package func write(to state: inout StateWriter) {
    state.write(accounts)
    state.write(scored)
    for counts in [bands, quadrants] {
      state.write(UInt64(counts.count))
      for count in counts { state.write(count) }
    }
    for sum in [points, revenue, revenueAtRisk, revenueScored] { state.write(sum) }
    state.write(plain: weighted)
    state.write(Int64(worst))
    state.write(Int64(own))
    scores.write(to: &state)
    state.write(UInt64(peers.count))
    for sketch in peers { sketch.write(to: &state) }
    state.write(usage != nil)
    usage?.write(to: &state)
  }

  package init(from state: inout StateReader) throws(StateError) {
    self.init(bands: 0, peers: 0)
    accounts = try state.tallied()
    scored = try state.tallied()
    bands = try Self.counts(&state)
    // Until more is read (`readAdded`), nobody overrides anything.
    effective = bands
    overridden = Array(repeating: 0, count: bands.count)
    quadrants = try Self.counts(&state)
    points = Int64(try state.tallied())
    revenue = try state.amount()
    revenueAtRisk = try state.amount()
    revenueScored = try state.amount()
    try state.read(plain: &weighted)
    worst = try state.score()
    own = try state.score()
    guard (points + 999_999) / 1_000_000 <= Int64(scored), scored == 0 || !bands.isEmpty,
      (0...1 << 110).contains(weighted)
    else { throw StateError("a segment's sums do not belong together") }
    scores = try QuantileSketch(accuracy: Self.scoresAccuracy, from: &state)
    for _ in 0..<(try state.count()) {
      peers.append(try QuantileSketch(accuracy: Self.peersAccuracy, from: &state))
    }
    if try state.flag() { usage = try UsageTally(from: &state) }
  }

  /// What it has beyond those of before checkpoint format 4.
  func writeAdded(to state: inout StateWriter) {
    for counts in [effective, overridden] {
      state.write(UInt64(counts.count))
      for count in counts { state.write(count) }
    }
    usage?.writeAdded(to: &state)
  }

  mutating func readAdded(from state: inout StateReader) throws(StateError) {
    effective = try Self.counts(&state)
    overridden = try Self.counts(&state)
    try usage?.readAdded(from: &state)
  }

  private static func counts(_ state: inout StateReader) throws(StateError) -> [Int] {
    var counts: [Int] = []
    for _ in 0..<(try state.count()) { counts.append(try state.tallied()) }
    return counts
  }
}
