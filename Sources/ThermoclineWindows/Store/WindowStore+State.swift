import ThermoclineCore

/// All that a store knows and its plan does not say, for a checkpoint. Rows are written as they stand in memory: numbers
/// of accounts, users and panes stay what they are, so what is computed afterwards is the same to the last bit.
extension WindowStore {
  package func write(to state: inout StateWriter) {
    accountNames.write(to: &state)
    typeNames.write(to: &state)
    entityNames.write(to: &state)
    featureNames.write(to: &state)
    accounts.write(to: &state)
    cursors.write(to: &state)
    totals.write(to: &state)
    entities.write(to: &state)
    tallies.write(to: &state)
    panes.write(to: &state)
    entityNodes.write(to: &state)
    log.write(to: &state)
    for level in 0..<levelsCount { state.write(Int64(levels[level].tick)) }
    routes.write(to: &state)
    routeItems.write(to: &state)
    kindRows.write(to: &state)
    wheel.write(to: &state)
    state.write(newestEvent)
    state.write(watermark)
    state.write(closedUntil)
    state.write(UInt64(correctedAccount))
    dirty.write(to: &state)
    state.write(dirtyHead)
    leavers.write(to: &state)
    state.write(forgotten)
    state.write(uncountedEntities)
  }

  /// Takes over what a store with the same plan wrote.
  package mutating func read(from state: inout StateReader) throws(StateError) {
    try accountNames.read(from: &state)
    try typeNames.read(from: &state)
    try entityNames.read(from: &state)
    try featureNames.read(from: &state)
    try accounts.read(from: &state)
    try cursors.read(from: &state)
    try totals.read(from: &state)
    try entities.read(from: &state)
    if state.format < 3 {
      try readOlderTallies(from: &state)
    } else {
      try tallies.read(from: &state)
    }
    if state.format < 4 {
      try readOlderPanes(from: &state)
    } else {
      try panes.read(from: &state)
    }
    try entityNodes.read(from: &state)
    try log.read(from: &state)
    for level in 0..<levelsCount {
      levels[level].tick = Int32(truncatingIfNeeded: try state.number())
      levels[level].cachedStart = Int64.min / 2
      levels[level].cachedIndex = 0
    }
    try routes.read(from: &state)
    try routeItems.read(from: &state)
    try kindRows.read(from: &state)
    try wheel.read(from: &state)
    newestEvent = try state.time()
    watermark = try state.time()
    closedUntil = try state.number()
    correctedAccount = UInt32(truncatingIfNeeded: try state.unsigned())
    try dirty.read(from: &state)
    dirtyHead = try state.int()
    try leavers.read(from: &state)
    forgotten = try state.int()
    uncountedEntities = try state.int()
    // What was looked up ahead was looked up in other tables.
    warmedAge = -1
    warmedNamesAge = -1
    guard cursors.count == accounts.count * cursorsPerAccount,
      totals.count == accounts.count * totalsPerAccount
    else { throw StateError("the rows of accounts are of another plan") }
    try measureOpenPanes()
    measureLog()
  }
}
