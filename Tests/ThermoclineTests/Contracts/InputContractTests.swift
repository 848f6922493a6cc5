import Foundation
import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclinePopulation
import ThermoclineTestKit
import ThermoclineWindows

@testable import Thermocline

/// What producers are told to send is taken, and the project's own producer sends it.
@Suite struct InputContractTests {
  private func bytes(_ document: FoundationJSON) throws -> [UInt8] {
    Array(try JSONEncoder().encode(document))
  }

  @Test func theExamplesOfEventsAreApplied() throws {
    let folder = try TemporaryFolder()
    let examples = try Contract.event.schema().examples
    let lines = try examples.map { String(decoding: try bytes($0), as: UTF8.self) }
    let summary = try ReplayJob(
      inputs: [try folder.file("events.ndjson", lines: lines)], output: folder.path + "/out",
      settings: WindowSettings(outOfOrderness: .days(1), allowedLateness: .hours(1))
    ).run { _, _, _ in }
    #expect(summary.counts.applied == examples.count && examples.count > 1)
  }

  @Test func theSimulatedPopulationSendsSuchEvents() throws {
    let schema = try Contract.event.schema()
    var settings = PopulationSettings()
    (settings.accounts, settings.days, settings.eventsTarget) = (30, 84, 3_000)
    var population = try Population(settings)
    var count = 0
    while try population.nextDay({ message in
      guard !message.kind.isHostile else { return }
      count += 1
      let event = try #require(FoundationJSON.read(message.payload))
      #expect(schema.problems(in: event) == [])
    }) {}
    #expect(count > 1_000)
  }

  @Test func theExamplesOfProfilesAreTaken() throws {
    let examples = try Contract.profile.schema().examples
    let profiles = try examples.map { try AccountProfileDecoder.decode(try bytes($0)) }
    #expect(profiles.first?.tier == "enterprise" && profiles.first?.seats == 40)
    #expect(profiles.first?.keyContacts == ["u-004217-13"])
    #expect(profiles.last == AccountProfile())
  }
}
