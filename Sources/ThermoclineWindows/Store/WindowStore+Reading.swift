import ThermoclineCore

extension WindowStore {
  /// The account's quantities at the tick where the store stands. The account must be settled there (`nextDue`, or
  /// unchanged since its last tick).
  package mutating func finalReading(_ account: UInt32, into reading: inout WindowReading) {
    reading.at = EventTime(milliseconds: closedUntil)
    reading.isFinal = true
    reading.firstEvent = EventTime(milliseconds: accounts[account].first)
    reading.lastEvent = EventTime(milliseconds: accounts[account].newestClosed)
    for i in 0..<quantitiesCount {
      reading.values[i] = totals[Int(account) &* totalsPerAccount &+ i]
    }
  }

  /// One settled quantity.
  package mutating func total(_ account: UInt32, _ quantity: Int) -> Int64 {
    totals[Int(account) &* totalsPerAccount &+ quantity]
  }

  /// Adds the account's settled quantities to `sums`, in the plan's order.
  package mutating func addTotals(_ account: UInt32, to sums: inout Slab<Int64>) {
    var place = Int(account) &* totalsPerAccount
    for i in 0..<quantitiesCount {
      sums[i] &+= totals[place]
      place &+= 1
    }
  }

  /// Asks for an account's settled quantities.
  package mutating func prefetchTotals(_ account: UInt32) {
    totals.prefetch(Int(account) &* totalsPerAccount)
  }

  /// The quantities as they would be if time stood at the end of the account's newest pane: everything seen so
  /// far counts. Changes nothing. O(open panes + panes that would leave).
  package mutating func earlyReading(_ account: UInt32, into reading: inout WindowReading) {
    for i in 0..<quantitiesCount { scratch[i] = totals[Int(account) &* totalsPerAccount &+ i] }
    var at = closedUntil
    for level in 0..<levelsCount {
      let tail = tail(account, level)
      guard tail != noNode, panes.index(tail) >= levels[level].tick else { continue }
      let tick = panes.index(tail) + 1
      if level == 0 { at = (Int64(tick) + levels[0].origin) * levels[0].slide }
      peekCells(account, level, tick)
      peekEntities(account, level, tick)
      if levels[level].scans.count > 0 { peekScans(account, level, tick) }
    }
    reading.at = EventTime(milliseconds: at)
    reading.isFinal = false
    reading.firstEvent = EventTime(milliseconds: accounts[account].first)
    reading.lastEvent = EventTime(milliseconds: accounts[account].newest)
    for i in 0..<quantitiesCount { reading.values[i] = scratch[i] }
  }

  /// The next account with events since the last call that gave it; the longest waiting first.
  package mutating func popDirty() -> UInt32? {
    while dirtyHead < dirty.count {
      let account = dirty[dirtyHead]
      dirtyHead += 1
      if dirtyHead == dirty.count {
        dirty.removeAll()
        dirtyHead = 0
      }
      guard accounts[account].inUse, accounts[account].isDirty else { continue }
      accounts[account].isDirty = false
      return account
    }
    return nil
  }

  /// Enters an account among the dirty again: a final reading replaced the early one that knew more.
  package mutating func markDirtyIfOpen(_ account: UInt32) {
    guard hasOpenPanes(account), !accounts[account].isDirty else { return }
    accounts[account].isDirty = true
    dirty.append(account)
  }

  /// Whether the account has events that no final reading has seen yet.
  package mutating func hasOpenPanes(_ account: UInt32) -> Bool {
    let tail = tail(account, 0)
    return tail != noNode && panes.index(tail) >= levels[0].tick
  }

  /// Whether a late event changed the account's final windows since its last tick.
  package mutating func isCorrected(_ account: UInt32) -> Bool { accounts[account].isCorrected }

  /// Whether the number stands for an account at present.
  package mutating func isKnown(_ account: UInt32) -> Bool {
    Int(account) < accounts.count && accounts[account].inUse
  }
}
