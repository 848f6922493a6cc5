import ThermoclineCore

/// What happens to an event between decoding and the windows.
package struct IntakeSettings: Sendable {
  /// An event whose id was taken inside this span of event time is a duplicate; zero = every event counts.
  package var deduplicate = TimeSpan.zero
  /// Ids remembered in one partition.
  package var deduplicateIDsMax = Limits.deduplicateIDsDefault
  /// Users of one partition whose account is remembered; the one not needed for longest is forgotten. Zero = none.
  package var usersMax = Limits.usersDefault
  /// An event whose account is not known waits for so long, in event time; zero = it is refused at once.
  package var holdUnresolved = TimeSpan.zero
  /// Events, and their bytes, that wait in one partition.
  package var heldEventsMax = Limits.heldEventsMax
  package var heldBytesMax = Limits.heldBytesMax
  /// Secret of the hashes, drawn per process; no output depends on it.
  package var hashSeeds: (UInt64, UInt64) = (.random(in: 0 ... .max), .random(in: 0 ... .max))

  package init() {}
}
