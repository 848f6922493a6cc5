import ThermoclineCore
import ThermoclineHealth

/// The tallies of a midnight under way. Segments are known by the places of their words in the profile register.
struct DayTallies {
  private let bands: Int
  private let peerMeasures: [String]
  private var places: [SegmentWords: Int] = [:]
  private var words: [SegmentWords] = []
  private var tallies: [SegmentTally] = []
  /// Accounts of further segments.
  private var others: SegmentTally?
  /// By parent.
  private var families: [String: SegmentTally] = [:]

  init(_ plan: PolicyPlan) {
    bands = plan.policy.bands.count
    peerMeasures = plan.peerMeasures.map { plan.policy.measures[$0].name }
  }

  /// Counts the account whose score the sheet holds; `said`: place of the band that a person says of it.
  mutating func add(
    _ segment: SegmentWords, parent: String?, _ facts: ProfileFacts, _ sheet: inout ScoreSheet,
    said: Int?
  ) {
    if let place = place(of: segment) {
      tallies[place].add(&sheet, revenue: facts.revenue, said: said)
    } else {
      if others == nil { others = empty }
      others!.add(&sheet, revenue: facts.revenue, said: said)
    }
    guard let parent, families[parent] != nil || families.count < Limits.parentsMax else { return }
    let empty = empty
    families[parent, default: empty].add(&sheet, revenue: facts.revenue, said: said)
  }

  /// Counts how an account that was added uses the product.
  mutating func add(_ segment: SegmentWords, parent: String?, _ usage: UsageTally) {
    if let place = place(of: segment) { tallies[place].add(usage) } else { others?.add(usage) }
    if let parent { families[parent]?.add(usage) }
  }

  /// Place of a segment among the tallies, a new one where there is room; nil for one of the others.
  private mutating func place(of segment: SegmentWords) -> Int? {
    if let place = places[segment] { return place }
    guard tallies.count < Limits.segmentsMax else { return nil }
    places[segment] = tallies.count
    words.append(segment)
    tallies.append(empty)
    return tallies.count - 1
  }

  /// Notes the score of an account that others name as their parent.
  mutating func note(parent: String, _ points: Int32) {
    guard families[parent] != nil || families.count < Limits.parentsMax else { return }
    let empty = empty
    families[parent, default: empty].note(own: points)
  }

  /// With the words in full.
  func named(_ profiles: inout ProfileRegister) -> SegmentTallies {
    var named = SegmentTallies(peerMeasures: peerMeasures)
    for (place, tally) in tallies.enumerated() {
      named.add(tally, words[place].segment(&profiles))
    }
    if let others { named.add(others, .others) }
    for (parent, tally) in families { named.add(tally, Segment(parent: parent)) }
    return named
  }

  private var empty: SegmentTally { SegmentTally(bands: bands, peers: peerMeasures.count) }
}

/// The full segment of an account, in places of the profile register's texts.
struct SegmentWords: Hashable {
  var industry: Int32
  var tier: Int32
  /// Below zero: −1 − place of the stage by dates.
  var stage: Int32

  init(_ facts: ProfileFacts, _ rule: StageRule, firstEvent: EventTime, at time: EventTime) {
    industry = facts.industry
    tier = facts.tier
    stage =
      facts.stage >= 0
      ? facts.stage
      : -1
        - Int32(
          rule.stage(
            start: facts.contractStart, end: facts.contractEnd, firstEvent: firstEvent, at: time
          ).place)
  }

  /// The same in words.
  func segment(_ profiles: inout ProfileRegister) -> Segment {
    Segment(
      industry: profiles.texts[Int(industry)], tier: profiles.texts[Int(tier)],
      stage: stageName(profiles))
  }

  /// The profile's, or the one by dates.
  func stageName(_ profiles: borrowing ProfileRegister) -> String {
    stage >= 0 ? profiles.texts[Int(stage)] : AccountStage.allCases[Int(-1 - stage)].rawValue
  }
}
