import Testing
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
