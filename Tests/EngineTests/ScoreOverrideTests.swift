import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

/// What people say of scores, beside what is computed.
@Suite struct ScoreOverrideTests {
  private func at(_ days: Int64) -> EventTime {
    EventTime(milliseconds: monday.milliseconds + days * day)
  }

  private func plainModel() throws -> HealthModel { try model() }

  private func said(until: EventTime, from: EventTime? = nil) -> ScoreOverride {
    ScoreOverride(
      score: Points(12.5), band: "red", reason: "champion \"left\"", author: "ana", from: from,
      expires: until)
  }

  @Test("an override is shown from the next tick on until it expires, and the score goes on")
  func shown() throws {
    let book = OverrideBook()
    let model = try HealthModel(
      PolicyPlan(.standard), profiles: ProfileBook(), changeMin: Points(0.5), overrides: book)
    let (work, plain) = (runner(model), runner(try plainModel()))
    let (output, reference) = (OutputBatch(), OutputBatch())
    // Silent from the third day on: only an override is news at some of the midnights.
    let events = history(accounts: 1, days: 3, seed: 61)
    for batch in batches(events, of: 64) { work.process(batch, into: output) }
    for batch in batches(events, of: 64) { plain.process(batch, into: reference) }
    book.set(said(until: at(10)), of: "acct-0")
    // The book is looked into between ticks, so the tick after the next one sees it.
    work.advance(to: at(5), output)
    work.advance(to: at(8), output)
    plain.advance(to: at(5), reference)
    plain.advance(to: at(8), reference)
    let json =
      #""override":{"band":"red","score":12.5,"reason":"champion \"left\"","author":"ana","expiresAt":"\#(at(10))"}"#
    let scores = output.said.filter { $0.stream == .scores }
    #expect(scores.contains { $0.value.contains(json) })
    let last = try #require(lastScores(output.said)["acct-0"])
    let lastPlain = try #require(lastScores(reference.said)["acct-0"])
    #expect(last.replacing(json, with: #""override":null"#) == lastPlain)
    work.advance(to: at(200), output)
    for said in output.said where said.stream == .scores && !said.value.isEmpty {
      if said.at >= at(10) { #expect(said.value.contains(#""override":null"#), "\(said.at)") }
    }
    #expect(output.said.contains { $0.stream == .scores && $0.at == at(10) }, "its end is news")
  }

  @Test(
    "roll-ups say how many accounts people put in another band, and the bands as they are seen, midnight by midnight"
  )
  func rollups() throws {
    func said(_ band: String, from: Int64 = 0, until: Int64 = 100) -> ScoreOverride {
      ScoreOverride(band: band, reason: "", author: "ana", from: at(from), expires: at(until))
    }
    let overrides = [
      "acct-0": said("red", from: 4, until: 9), "acct-1": said("green"), "acct-2": said("yellow"),
      "acct-3": said("none of the policy's"),
      "acct-4": ScoreOverride(score: Points(1), reason: "", author: "ana", expires: at(100)),
    ]
    // Without a threshold every score is published, so that the last one is what an account has.
    let model = try HealthModel(
      PolicyPlan(.standard), profiles: ProfileBook(), changeMin: Points(0),
      overrides: OverrideBook(overrides))
    let work = runner(model)
    let output = OutputBatch()
    for batch in batches(history(accounts: 8, days: 12, seed: 63), of: 64) {
      work.process(batch, into: output)
    }
    work.advance(to: at(14), output)
    let scores = try output.records(of: [.scores]).map {
      try HealthScoreDecoder.decode(Array($0.value.utf8))
    }
    var counts: Set<Int> = []
    for record in output.records(of: [.rollups]) where record.key == "portfolio" {
      let rollup = try HealthRollupDecoder.decode(Array(record.value.utf8))
      var last: [String: HealthScore] = [:]
      for score in scores where score.isFinal && score.at <= rollup.at {
        last[score.account] = score
      }
      try #require(last.count == rollup.accounts)
      let bands = last.map { account, score in
        let person = overrides[account].flatMap { $0.holds(at: rollup.at) ? $0.band : nil }
        return (computed: score.band, said: person == "none of the policy's" ? nil : person)
      }
      let moved = bands.filter { $0.said != nil && $0.said != $0.computed }
      counts.insert(moved.count)
      for band in rollup.bands {
        #expect(band.count == bands.count { $0.computed == band.name })
        let seen = rollup.effectiveBands.isEmpty ? rollup.bands : rollup.effectiveBands
        #expect(
          seen.first { $0.name == band.name }?.count
            == bands.count { ($0.said ?? $0.computed) == band.name }, "\(rollup.at)")
        #expect(
          rollup.overridden.first { $0.name == band.name }?.count ?? 0
            == moved.count { $0.said == band.name }, "\(rollup.at)")
      }
    }
    #expect(counts.count > 1, "\(counts)")
  }

  @Test("an override that is cleared goes with the next tick, one of the future waits")
  func cleared() throws {
    let book = OverrideBook(["acct-0": said(until: at(100), from: at(6))])
    let model = try HealthModel(
      PolicyPlan(.standard), profiles: ProfileBook(), changeMin: Points(0.5), overrides: book)
    let work = runner(model)
    let output = OutputBatch()
    for batch in batches(history(accounts: 1, days: 3, seed: 62), of: 64) {
      work.process(batch, into: output)
    }
    work.advance(to: at(9), output)
    for said in output.said where said.stream == .scores {
      #expect(said.value.contains(#""override":null"#) == (said.at < at(6)), "\(said.at)")
    }
    #expect(output.said.contains { $0.at == at(6) && $0.stream == .scores })
    book.set(nil, of: "acct-0")
    work.advance(to: at(12), output)
    let last = try #require(lastScores(output.said)["acct-0"])
    #expect(last.contains(#""override":null"#))
  }
}
