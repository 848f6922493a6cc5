import ThermoclineCore

/// The last open pane of an account at each level: nearly every event goes there. Those of the first levels stand in the
/// account's row, which an event touches anyway; those of further ones beside the first open pane.
extension WindowStore {
  static var tailsInRow: Int { 4 }

  /// `noNode` = no pane is open.
  @inline(__always) mutating func tail(_ account: UInt32, _ level: Int) -> UInt32 {
    if level < Self.tailsInRow { return accounts[account].tails[level] }
    return cursors[tailPlace(account, level)]
  }

  @inline(__always) mutating func setTail(_ pane: UInt32, _ account: UInt32, _ level: Int) {
    if level < Self.tailsInRow {
      accounts[account].tails[level] = pane
    } else {
      cursors[tailPlace(account, level)] = pane
    }
  }

  private func tailPlace(_ account: UInt32, _ level: Int) -> Int {
    Int(account) &* cursorsPerAccount &+ levels[level].cursorBase &+ 1
  }
}
