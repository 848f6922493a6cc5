/// How all accounts did at a midnight, for each measure judged against peers and each peer group.
package final class PeerTable: Sendable {
  private let groups: [Segment: [PeerYardstick]]
  private let leastAccounts: [Int]

  /// `standIns`: partitions counted with an earlier day.
  package init(_ tallies: SegmentTallies, of plan: PolicyPlan, standIns: Int) {
    // The parts may be those of another version of the policy.
    let places = plan.peerMeasures.map {
      tallies.peerMeasures.firstIndex(of: plan.policy.measures[$0].name)
    }
    leastAccounts = plan.peerMeasures.map {
      guard case .peers(_, let least) = plan.policy.measures[$0].normalisation else { return 1 }
      return least
    }
    var sketches: [Segment: [QuantileSketch]] = [:]
    let empty = QuantileSketch(accuracy: SegmentTally.peersAccuracy)
    for (segment, tally) in tallies.tallies where segment.parent == nil {
      for group in segment.peers {
        var list = sketches[group] ?? places.map { _ in empty }
        for (i, place) in places.enumerated() {
          if let place { list[i].merge(tally.peers[place]) }
        }
        sketches[group] = list
      }
    }
    groups = sketches.reduce(into: [:]) { groups, entry in
      groups[entry.key] = entry.value.map {
        PeerYardstick(entry.key, $0, standIns: standIns)
      }
    }
  }

  /// The yardstick of each measure for the accounts of a full segment; nil where all peers together are too few.
  package func yardsticks(for segment: Segment) -> [PeerYardstick?] {
    leastAccounts.indices.map { i in
      for group in segment.peers {
        if let yardstick = groups[group]?[i], yardstick.accounts >= leastAccounts[i] {
          return yardstick
        }
      }
      return nil
    }
  }
}
