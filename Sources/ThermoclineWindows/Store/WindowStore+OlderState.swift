import ThermoclineCore

/// What checkpoints of earlier formats hold in another form.
extension WindowStore {
  /// Before format 3 the events in the newest pane stood here, with the pane once more.
  private struct TallyBefore3: BitwiseCopyable {
    var index: Int32
    var events: UInt32
    var first: Int32
    var place: UInt32
  }

  /// Reads the tallies of format 1 or 2, when the names have been read.
  mutating func readOlderTallies(from state: inout StateReader) throws(StateError) {
    var older = Slab<TallyBefore3>()
    try older.read(from: &state)
    guard older.count == (isTallying ? entities.count : 0) else {
      throw StateError("there is not one tally for each user and feature")
    }
    tallies.removeAll()
    for i in 0..<older.count {
      tallies.append(Tallied(first: older[i].first, place: older[i].place))
    }
    guard isTallying else { return }
    entityNames.setTallies { index, mark in
      older[index].index == mark ? older[index].events : 0
    }
  }
}
