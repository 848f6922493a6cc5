import Testing
import ThermoclineCore
import ThermoclinePopulation

@Suite("Incidents are in the stream")
struct IncidentTests {
  let decoded: DecodedPopulation

  init() throws { decoded = try #require(DecodedPopulation.shared) }

  private func incidents(_ kind: IncidentKind) -> [Incident] {
    decoded.population.groundTruth.incidents.filter { $0.kind == kind }
  }

  private func events(_ incident: Incident) -> [DecodedPopulation.Event] {
    decoded.events.filter { $0.account == incident.account }
  }

  /// Events after `settled` days from the start, against what as many days before the start let
  /// expect, day of the week by day of the week, on ordinary days.
  private func ratio(
    _ incident: Incident, settled: Int = 0, where matches: (DecodedPopulation.Event) -> Bool
  ) throws -> Double {
    let account = try decoded.account(try #require(incident.account))
    let first = Int((incident.start - decoded.population.settings.start).days)
    func rate(_ days: Range<Int>) -> Double {
      let ordinary = days.filter(decoded.isOrdinary)
      let weight = ordinary.reduce(0) { $0 + account.weekdays[$1 % 7] }
      let count = events(incident).count { ordinary.contains($0.day) && matches($0) }
      return Double(count) / weight
    }
    let last = Int((incident.end - decoded.population.settings.start).days)
    return rate(first + settled..<last) / rate(0..<first)
  }

  @Test func everythingStartsAfterSixWeeksAndSettlesTwoWeeksBeforeTheEnd() {
    for seed in [1, 2, 3, 4, 5] as [UInt64] {
      for days in [84, 98, 120, 365] {
        let settings = DecodedPopulation.settings(seed: seed, days: days)
        guard let truth = try? Population(settings).groundTruth else {
          Issue.record("seed \(seed)")
          continue
        }
        for incident in truth.incidents {
          #expect(incident.start >= settings.start + .days(42), "seed \(seed) \(incident)")
          let settled =
            incident.end == settings.end
            ? incident.start + .days(Int64(incident.rampDays)) : incident.end
          #expect(settled <= settings.end - .days(14), "seed \(seed) \(incident)")
        }
      }
    }
  }

  @Test func aSuddenStopIsSilence() {
    for incident in incidents(.suddenStop) {
      #expect(events(incident).allSatisfy { $0.time < incident.start })
      #expect(events(incident).count > 20)
    }
  }

  @Test func aNewAccountBeginsAtItsStart() {
    for incident in incidents(.newAccount) {
      #expect(events(incident).allSatisfy { $0.time >= incident.start })
      #expect(events(incident).contains { $0.time < incident.start + .days(7) })
    }
  }

  @Test func whereBusinessShrankTrafficAndCallsFallAlike() throws {
    for incident in incidents(.businessShrank) {
      for type in ["session", "bot_call"] {
        let ratio = try ratio(incident) { $0.type == type }
        #expect(abs(ratio - incident.remaining) < 0.2, "\(incident) \(type) \(ratio)")
      }
    }
  }

  @Test func whereBotsAreTurnedAwayTrafficHolds() throws {
    for incident in incidents(.turnedAway) {
      let calls = try ratio(incident) { $0.type == "bot_call" }
      #expect(abs(calls - incident.remaining) < 0.15, "\(incident) \(calls)")
      let sessions = try ratio(incident) { $0.type == "session" }
      #expect(abs(sessions - 1) < 0.25, "\(incident) \(sessions)")
    }
  }

  @Test func aSlowDeclineIsCompleteAfterItsRamp() throws {
    for incident in incidents(.slowDecline) {
      let after = try ratio(incident, settled: incident.rampDays) { _ in true }
      #expect(abs(after - incident.remaining) < 0.2, "\(incident) \(after)")
      var firstWeek = incident
      firstWeek.end = incident.start + .days(5)
      let early = try ratio(firstWeek) { _ in true }
      #expect(early > after + 0.1, "\(incident) \(early) \(after)")
    }
  }

  @Test func anAbandonedFeatureAndALeavingContactDisappear() throws {
    for incident in incidents(.featureAbandoned) {
      let uses = events(incident).filter { $0.feature == incident.feature }
      #expect(uses.count > 50)
      #expect(uses.allSatisfy { $0.time < incident.start })
    }
    for incident in incidents(.contactSilent) + incidents(.contactChanged) {
      let doings = events(incident).filter { $0.user == incident.user && $0.type != "nps" }
      #expect(doings.count > 30)
      #expect(doings.allSatisfy { $0.time < incident.start })
      let account = try decoded.account(try #require(incident.account))
      let heir = events(incident).filter { $0.user == account.user(account.users) }
      #expect(heir.isEmpty == (incident.kind == .contactSilent))
      #expect(account.profile.keyContacts == [try #require(incident.user)])
    }
  }

  @Test func aDipRecoversAndABurstStandsOut() throws {
    for incident in incidents(.shortDip) {
      #expect(try ratio(incident) { _ in true } < 0.7, "\(incident)")
      var later = incident
      later.start = incident.end
      later.end = decoded.population.settings.end
      #expect(abs(try ratio(later) { _ in true } - 1) < 0.3, "\(incident)")
    }
    #expect(!incidents(.burst).isEmpty)
    for incident in incidents(.burst) { #expect(try ratio(incident) { _ in true } > 1.8) }
  }

  @Test func theHolidayHalvesEverybody() throws {
    let holiday = try #require(incidents(.holiday).first)
    let truth = decoded.population.groundTruth
    let stationary = decoded.population.accounts.filter { truth.isStationary($0.name) }
    let names = Set(stationary.map(\.name))
    let week = decoded.events.count {
      names.contains($0.account) && $0.time >= holiday.start && $0.time < holiday.end
    }
    let expected = stationary.reduce(0) { $0 + $1.weeklyMean }
    #expect((0.4...0.6).contains(Double(week) / expected))
  }

  @Test func outagesLoseEverythingOrOneType() throws {
    let outages = incidents(.trackingOutage)
    #expect(outages.count == 2)
    for outage in outages {
      let inside = decoded.events.filter { $0.time >= outage.start && $0.time < outage.end }
      if let type = outage.type {
        #expect(inside.count > 50)
        #expect(!inside.contains { $0.type == type })
      } else {
        #expect(inside.isEmpty)
      }
    }
  }
}
