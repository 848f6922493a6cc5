import ArgumentParser
import Thermocline
import ThermoclineCore
import ThermoclinePopulation

/// The simulated population.
struct PopulationOptions: ParsableArguments {
  @Option(name: .long, help: "Simulated accounts.")
  var accounts = PopulationSettings().accounts
  @Option(name: .long, help: "Simulated days.")
  var days = PopulationSettings().days
  @Option(name: .long, help: "Simulated events, about.")
  var events = PopulationSettings().eventsTarget
  @Option(name: .long, help: "The same seed gives the same population.")
  var seed = PopulationSettings().seed

  func settings() throws -> PopulationSettings {
    var settings = PopulationSettings()
    settings.accounts = accounts
    settings.days = days
    settings.eventsTarget = events
    settings.seed = seed
    do { try settings.validate() } catch { throw JobFailure(.usage, "\(error)") }
    return settings
  }

  /// What the vendor knows of the simulated accounts.
  func profiles() throws -> [String: AccountProfile] {
    Dictionary(
      uniqueKeysWithValues: try Population(settings()).profiles.map { ($0.account, $0.profile) })
  }
}
