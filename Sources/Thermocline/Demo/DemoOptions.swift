package import ThermoclineCore
package import ThermoclineHealth
package import ThermoclinePopulation
package import ThermoclineWindows

/// What a demo runs on and shows.
package struct DemoOptions: Sendable {
  /// An archive of real events; the simulated population without one.
  package var inputs: [String] = []
  package var population = PopulationSettings()
  package var profiles: [String: AccountProfile] = [:]
  package var policy = Policy.standard
  package var windows = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))
  package var futureTolerance = Limits.futureToleranceDefault
  package var partitions = 4
  /// Where the last scores and all alerts are written, as `replay` writes them; nil = nowhere.
  package var output: String?
  /// Whether the dashboard can be served: how accounts use the product is published too, and alerts can be answered.
  package var isServed = false

  package init() {}
}
