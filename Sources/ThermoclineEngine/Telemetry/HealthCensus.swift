import ThermoclineCore
import ThermoclineHealth

/// How many accounts stand where, as published, and how many alerts are open. Of fixed size, so that it is handed over
/// with every batch of outputs.
package struct HealthCensus: Sendable, Equatable, BitwiseCopyable {
  /// Accounts in each band, by its place in the policy; the last place counts those whose score has no band.
  package private(set) var bands = SIMD16<Int32>()
  /// Accounts in each quadrant, in the order of `Quadrant.allCases`.
  package private(set) var quadrants = SIMD4<Int32>()
  /// Alerts that fire, and those that recover; pending ones are not published.
  package private(set) var firing: Int32 = 0
  package private(set) var recovering: Int32 = 0

  /// The place of accounts without a band.
  package static let noBand = 15

  package init() {
    precondition(PolicyLimits.bandsMax <= Self.noBand, "more bands than places")
  }

  /// An account is shown elsewhere than before.
  mutating func move(_ before: Standing, to now: Standing) {
    count(before, -1)
    count(now, 1)
  }

  /// What consumers are told of an alert has changed.
  mutating func move(_ before: AlertLifeCycle.Phase, to now: AlertLifeCycle.Phase) {
    count(before)
    count(now, by: 1)
  }

  /// An alert in this phase is gone, or (`by` = 1) there again.
  mutating func count(_ phase: AlertLifeCycle.Phase, by difference: Int32 = -1) {
    switch phase {
    case .quiet, .pending: break
    case .firing: firing = max(0, firing + difference)
    case .recovering: recovering = max(0, recovering + difference)
    }
  }

  /// Adds what another partition has.
  package mutating func add(_ other: HealthCensus) {
    bands &+= other.bands
    quadrants &+= other.quadrants
    firing += other.firing
    recovering += other.recovering
  }

  private mutating func count(_ standing: Standing, _ difference: Int32) {
    guard standing.exists else { return }
    bands[standing.band == noPlace ? Self.noBand : Int(standing.band)] += difference
    guard let quadrant = standing.quadrant else { return }
    quadrants[quadrant.place] += difference
  }
}

extension Quadrant {
  /// Place in `allCases`.
  fileprivate var place: Int {
    switch self {
    case .redCarpet: 0
    case .convert: 1
    case .nurture: 2
    case .costly: 3
    }
  }
}
