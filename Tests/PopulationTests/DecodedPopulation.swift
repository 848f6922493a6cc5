import Foundation
import Testing
import ThermoclineCore
import ThermoclinePopulation

/// A whole small population, its payloads read back by Foundation's parser.
struct DecodedPopulation {
  struct Event {
    var account: String
    var type: String
    var user: String?
    var feature: String?
    var value: Double?
    var time: EventTime
    var arrival: EventTime
    var day: Int
    var kind: SimulatedMessage.Kind
  }

  var population: Population
  var events: [Event] = []
  var messages = 0

  init(_ settings: PopulationSettings) throws {
    population = try Population(settings)
    var events: [Event] = []
    var messages = 0
    while try population.nextDay({ message in
      messages += 1
      guard !message.kind.isHostile else { return }
      let object = try JSONSerialization.jsonObject(with: Data(message.payload))
      let event = try #require(object as? [String: Any])
      let time = EventTime(milliseconds: try #require(event["ts"] as? Int64))
      events.append(
        Event(
          account: try #require(event["account"] as? String),
          type: try #require(event["type"] as? String), user: event["user"] as? String,
          feature: event["feature"] as? String, value: event["value"] as? Double, time: time,
          arrival: message.arrival, day: Int((time - settings.start).days), kind: message.kind))
      #expect(message.key == Array(events.last!.account.utf8))
    }) {}
    self.events = events
    self.messages = messages
  }

  static func settings(
    seed: UInt64 = 7, accounts: Int = 40, days: Int = 98, events: Int = 60_000
  ) -> PopulationSettings {
    var settings = PopulationSettings()
    settings.seed = seed
    settings.accounts = accounts
    settings.days = days
    settings.eventsTarget = events
    return settings
  }

  /// Made once for all tests that only look.
  static let shared = try? DecodedPopulation(settings())

  /// Days that no incident of everyone touches.
  func isOrdinary(_ day: Int) -> Bool {
    let from = population.settings.start + .days(Int64(day))
    return !population.groundTruth.incidents.contains {
      $0.scope == .everyone && $0.start < from + .days(1) && $0.end > from
    }
  }

  func account(_ name: String) throws -> SimulatedAccount {
    try #require(population.accounts.first { $0.name == name })
  }
}
