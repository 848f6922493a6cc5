import ThermoclineCore

/// Who did one thing and all things before it: users are entered once under each filter that counts them, so whether one of
/// them is known under another filter is a look at a name.
extension WindowStore {
  /// Of the users that were read of an account: how many had an event of the first filter in the days from `since` on that are
  /// closed, how many of these one of the second, and so on. O(users × filters).
  ///
  /// - Parameters:
  ///   - users: read of the same days (`readEntityDays`), the store unchanged since.
  ///   - dimensions: of the filters (`WindowPlan.dimension`), each counted over as long a window or a longer one.
  package mutating func countThrough(
    _ account: UInt32, _ dimensions: [UInt32], since: EventTime, _ users: borrowing EntityDays
  ) -> [Int] {
    var counts = Array(repeating: 0, count: dimensions.count)
    guard let (_, level) = plan.tallied(.users) else { return counts }
    let first = Int32(since.milliseconds / levels[level].slide &- levels[level].origin)
    for place in 0..<users.entities.count {
      let slot = entityNames.slot(of: users.entities[place].number)
      for (step, dimension) in dimensions.enumerated() {
        let owner = account &* dimensionsCount &+ dimension
        let found = entityNames.sibling(ofNameAt: slot, under: owner)
        guard found >= 0, entities[entityNames.index(at: found)].lastClosed >= first else { break }
        counts[step] += 1
      }
    }
    return counts
  }
}
