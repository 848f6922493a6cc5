import ThermoclineHealth

/// What a partition tells the others of an event-time day once it is over there: one field for each concern. Parts of
/// several partitions are put together in any order and come to the same.
package struct DaySummary: Sendable {
  /// How its accounts did against their own past.
  package var evidence: AlertEvidence
  /// What they came to, for roll-ups and peers.
  package var tallies: SegmentTallies

  package init(
    evidence: AlertEvidence, tallies: SegmentTallies = SegmentTallies(peerMeasures: [])
  ) {
    self.evidence = evidence
    self.tallies = tallies
  }
}
