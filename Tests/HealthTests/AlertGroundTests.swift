import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineHealth

@Suite struct AlertGroundTests {
  private let judge: FlatDropRule
  private let empty: AlertEvidence

  init() {
    empty = AlertJudge(PolicyPlan(.standard)).evidence()
    judge = empty.rules[0]
  }

  private struct Account {
    var segment: String
    var drop: AlertDay.DropRow
    var spans: [AlertDay.SpanRow]
  }

  /// An account of 100 events a week that has `ratio` of them now.
  private func account(
    _ segment: String, ratio: Double, dispersion: Float = 3, degrees: Float = 20
  ) -> Account {
    let drop = AlertDay.DropRow(
      today: 0, mean: 100, squares: dispersion * degrees, degrees: degrees, isEnough: true)
    let spans = (1...4).map {
      AlertDay.SpanRow(
        value: 100 * ratio * Double($0), expected: 100 * Double($0), references: 20)
    }
    return Account(segment: segment, drop: drop, spans: spans)
  }

  private func evidence(_ accounts: [Account]) -> AlertEvidence {
    var evidence = empty
    for account in accounts {
      let place = evidence.place(account.segment)
      evidence.add(account.drop, rule: 0, segment: place, spans: account.spans)
    }
    return evidence
  }

  @Test(
    "medians are those of a plain sort, for a segment of at least 20 and for all, in any order",
    arguments: 1...4)
  func medians(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var all: [Account] = []
    for segment in ["", "bank", "shop", "tiny"] {
      let count = segment == "tiny" ? 19 : Int.random(in: 20...31, using: &random)
      for _ in 0..<count {
        all.append(account(segment, ratio: Double(Float.random(in: 0...2, using: &random))))
      }
    }
    func median(_ segment: String?) -> Double {
      let values = all.filter { segment == nil || $0.segment == segment }
        .map { Double(Float(($0.spans[0].value + (2.0 * 3 - 1) / 6) / $0.spans[0].expected)) }
        .sorted()
      let n = values.count
      return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2
    }
    var first: [SegmentContext] = []
    for order in 0..<3 {
      let told = order == 0 ? all : all.shuffled(using: &random)
      let parts = (0..<4).map { part in
        evidence(told.indices.filter { $0 % 4 == part }.map { told[$0] })
      }
      let ground = AlertGround(parts.shuffled(using: &random))
      let contexts = ["", "bank", "shop", "tiny", "unheard of"].map { ground.context(segment: $0) }
      if order == 0 { first = contexts } else { #expect(contexts == first, "seed \(seed)") }
    }
    let found = first.map { $0.rules[0].peerRatios[0] }
    #expect(
      found == [median(""), median("bank"), median("shop"), median(nil), median(nil)],
      "seed \(seed): 19 are too few for a median of their own")
    #expect(first[0].rules[1].peerRatios == [nil, nil, nil, nil], "nobody told of that rule")
  }

  @Test("19 accounts tell nothing at all")
  func tooFew() {
    let ground = AlertGround([evidence((0..<19).map { _ in account("", ratio: 1) })])
    #expect(ground.context(segment: "").rules[0].peerRatios == [nil, nil, nil, nil])
    #expect(ground.context(segment: "").rules[0].prior == nil)
    #expect(AlertGround([]).context(segment: "").rules.isEmpty)
  }

  @Test("the peers' dispersions are what is believed of one more; a segment of 50 has its own")
  func priors() throws {
    let banks = (0..<60).map { _ in account("bank", ratio: 1, dispersion: 7) }
    let shops = (0..<40).map { _ in account("shop", ratio: 1, dispersion: 2) }
    let ground = AlertGround([evidence(banks + shops)])
    let bank = try #require(ground.context(segment: "bank").rules[0].prior)
    let shop = try #require(ground.context(segment: "shop").rules[0].prior)
    // Alike to the last: exp(ln 7 − ψ(10) + ln 10 + ψ(8) − ln 8), scipy 1.17.1; 4 + 60 ÷ 5 degrees.
    #expect(abs(bank.dispersion - 6.909813) < 1e-5 && bank.degrees == 16)
    #expect(shop.dispersion > 2 && shop.dispersion < 7 && shop.degrees < 16)
  }

  @Test("where many fall at once the threshold is relaxed, and only there")
  func falseDiscoveries() throws {
    func threshold(_ fallen: Int) throws -> Double {
      let all = (0..<200).map { account("", ratio: $0 < fallen ? 0.4 : 1) }
      let ground = AlertGround([evidence(all)])
      return try #require(ground.context(segment: "").rules[0].threshold)
    }
    let (none, few) = (try threshold(0), try threshold(4))
    #expect(none == judge.threshold)
    #expect(few == judge.threshold)
    // One in ten of a week's alerts, 60 of 200 accounts, five looks.
    let relaxed = try threshold(60)
    #expect(abs(relaxed - 0.1 * 60 / 200 / 5) < 1e-12)
    var strict = Policy.standard
    strict.alerts.falseShare = 0
    #expect(AlertJudge(PolicyPlan(strict)).evidence().falseShare == 0)
  }
}
