import ThermoclineHealth

/// What a day came to, all partitions together.
package struct SettledDay: Sendable {
  /// What accounts are judged against.
  package var ground: AlertGround
  /// Outages that began or ended.
  package var outages: [OutageChange]
  /// The partition that publishes what concerns no account; nil when none told of the day.
  package var speaker: Int?
}
