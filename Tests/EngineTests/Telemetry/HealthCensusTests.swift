import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@Suite struct HealthCensusTests {
  private struct Naive: Equatable {
    var bands: [String: Int] = [:]
    var quadrants: [String: Int] = [:]
    var firing = 0
    var recovering = 0
  }

  /// Counted from what a consumer of the topics sees.
  private func naive(_ said: [Said]) throws -> Naive {
    var naive = Naive()
    for value in lastScores(said).values {
      let score = try #require(
        try JSONSerialization.jsonObject(with: Data(value.utf8)) as? [String: Any])
      naive.bands[score["band"] as? String ?? "none", default: 0] += 1
      if let quadrant = score["quadrant"] as? String {
        naive.quadrants[quadrant, default: 0] += 1
      }
    }
    var states: [String: String] = [:]
    for alert in said where alert.stream == .alerts && !alert.key.isEmpty {
      let fields = try #require(
        try JSONSerialization.jsonObject(with: Data(alert.value.utf8)) as? [String: Any])
      states[fields["fingerprint"] as? String ?? ""] = fields["state"] as? String
    }
    naive.firing = states.values.filter { $0 == "firing" }.count
    naive.recovering = states.values.filter { $0 == "recovering" }.count
    return naive
  }

  private func counted(_ census: HealthCensus) -> Naive {
    var counted = Naive(firing: Int(census.firing), recovering: Int(census.recovering))
    for (place, band) in Policy.standard.bands.enumerated() where census.bands[place] != 0 {
      counted.bands[band.name] = Int(census.bands[place])
    }
    let none = Int(census.bands[HealthCensus.noBand])
    if none != 0 { counted.bands["none"] = none }
    for (place, quadrant) in Quadrant.allCases.enumerated() where census.quadrants[place] != 0 {
      counted.quadrants[quadrant.rawValue] = Int(census.quadrants[place])
    }
    return counted
  }

  @Test("the census is what the topics say, at any moment, also after accounts were forgotten")
  func isWhatTheTopicsSay() throws {
    let work = runner(try model(changeMin: .zero, forgetAfter: .days(70)))
    let output = OutputBatch()
    var hasFired = false
    let events = history(accounts: 12, days: 90, seed: 5)
    for (number, batch) in batches(events, of: 97).enumerated() {
      output.round = UInt32(number + 1)
      work.process(batch, into: output)
      while work.anticipate(limit: 512, output) {}
      work.settle(output)
      if number % 7 == 0 {
        let naive = try naive(output.said)
        hasFired = hasFired || naive.firing > 0
        #expect(counted(work.progress.census) == naive)
      }
    }
    #expect(hasFired, "the last account stops half way")
    let counts = output.counts
    #expect(counts.alertsFiring > 0)
    #expect(
      counts.alerts == counts.alertsFiring + counts.alertsRecovering + counts.alertsResolved)
    work.advance(to: monday + .days(400), output)
    work.settle(output)
    let end = counted(work.progress.census)
    #expect(end.bands.isEmpty && end.quadrants.isEmpty && end.firing == 0 && end.recovering == 0)
  }
}
