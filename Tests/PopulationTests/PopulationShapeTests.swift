import Testing
import ThermoclineCore
import ThermoclinePopulation

/// Statistical checks. Bounds are several standard errors wide; the seeds are fixed, so they either
/// always pass or never.
@Suite("Population shape")
struct PopulationShapeTests {
  @Test func theDefaultIsAsLargeAsStated() throws {
    var population = try Population()
    var messages = 0
    while population.nextDay({ _ in messages += 1 }) {}
    #expect((250_000...400_000).contains(messages))
    let means = population.accounts.map(\.weeklyMean)
    #expect(means.min()! > 3 && means.min()! < 7)
    #expect(means.max()! > 4_000 && means.max()! < 7_000)
    let truth = population.groundTruth
    #expect(truth.accounts.count { truth.isStationary($0) } > 100)
    #expect(Set(truth.incidents.map(\.kind)) == Set(IncidentKind.allCases))
    #expect(Set(population.accounts.map(\.profile.tier)) == ["enterprise", "mid", "small"])
  }

  @Test func stationaryAccountsHaveTheirMeanAndDispersion() throws {
    let decoded = try #require(DecodedPopulation.shared)
    let population = decoded.population
    var meanRatio = 0.0
    var varianceRatio = 0.0
    var count = 0.0
    for account in population.accounts where population.groundTruth.isStationary(account.name) {
      let weeks = (0..<population.settings.days / 7).filter { week in
        (week * 7..<week * 7 + 7).allSatisfy(decoded.isOrdinary)
      }
      let counts = weeks.map {
        Double(population.counts.sum(account: account.index, days: $0 * 7..<$0 * 7 + 7))
      }
      let mean = counts.reduce(0, +) / Double(counts.count)
      let variance =
        counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(counts.count - 1)
      meanRatio += mean / account.weeklyMean
      varianceRatio += variance / (account.weeklyMean * account.dispersion)
      count += 1
    }
    // Ticket answers and calendar events come on top of the mix: a little above 1.
    #expect((0.95...1.15).contains(meanRatio / count))
    #expect((0.7...1.4).contains(varianceRatio / count))
  }

  @Test func weekendsAreQuietExceptForConsumerLikeAccounts() throws {
    let decoded = try #require(DecodedPopulation.shared)
    let population = decoded.population
    var weekendShare: [Bool: (weekend: Int, all: Int)] = [:]
    for event in decoded.events where population.groundTruth.isStationary(event.account) {
      let account = try decoded.account(event.account)
      let isFlat = account.weekdays.allSatisfy { $0 == 1 }
      weekendShare[isFlat, default: (0, 0)].all += 1
      if event.day % 7 >= 5 { weekendShare[isFlat, default: (0, 0)].weekend += 1 }
    }
    let business = try #require(weekendShare[false])
    // 0.28 and 0.22 of an average day: 0.5 of 7.
    #expect((0.05...0.09).contains(Double(business.weekend) / Double(business.all)))
    let flat = try #require(weekendShare[true])
    #expect((0.24...0.33).contains(Double(flat.weekend) / Double(flat.all)))
  }

  @Test func activityOfUsersFollowsZipf() throws {
    let decoded = try #require(DecodedPopulation.shared)
    let largest = try #require(
      decoded.population.accounts.filter { decoded.population.groundTruth.isStationary($0.name) }
        .max { $0.weeklyMean < $1.weeklyMean })
    var byUser: [String: Int] = [:]
    for event in decoded.events where event.account == largest.name {
      if let user = event.user { byUser[user, default: 0] += 1 }
    }
    let first = try #require(byUser[largest.user(0)])
    let fourth = try #require(byUser[largest.user(3)])
    #expect((3.3...4.8).contains(Double(first) / Double(fourth)))
  }
}
