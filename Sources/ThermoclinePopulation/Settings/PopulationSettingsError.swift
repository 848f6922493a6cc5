package import ThermoclineCore

/// Why a population cannot be made from its settings.
package enum PopulationSettingsError: Error, Equatable, CustomStringConvertible {
  case outOfRange(name: String, value: Int, allowed: ClosedRange<Int>)
  case startOutOfRange(EventTime)
  case startNotMonday(EventTime)

  /// One sentence for a person, with the remedy.
  package var description: String {
    switch self {
    case .outOfRange(let name, let value, let allowed):
      "population \(name) is \(value); choose \(allowed.lowerBound) to \(allowed.upperBound)"
    case .startOutOfRange(let start):
      "population start is \(start); choose a Monday from 2000-01-03 to 2099-12-28"
    case .startNotMonday(let start):
      "population start is \(start); choose a Monday at midnight UTC, for example 2025-09-01"
    }
  }
}
