import ThermoclineCore

/// Positions in the logs are 32 bits wide. Whatever is open has to fit when it closes, so room for it is set aside, and an
/// event that comes when there is no more is refused: the job goes on, and takes events again when panes have left their
/// windows.
///
/// ```text
/// used + Σ open panes · their level's paneLogBytes + listed entities · 12 + one event's worth ≤ logBytesMax
/// ```
///
/// Closing moves bytes from the estimate, which is never too low, to what is used: the sum does not grow by it.
extension WindowStore {
  /// A listed entity's number and events of 32 bits, 5 bytes each, and their part of a chunk's link.
  static var entityLogBytesMax: Int { 12 }

  /// What a pane takes at most: two heads of two numbers (5 bytes each), a byte and two numbers (1 and 10 bytes) a column,
  /// a chunk's link for every 28 bytes, and the chunk that each of its two logs may begin.
  static func logBytesMax(columns: Int) -> Int {
    let (size, payload) = (Int(ByteChunks.size), Int(ByteChunks.payload))
    let written = 2 * 10 + columns * 12
    return (written * size + payload - 1) / payload + 2 * size
  }

  /// Counts anew what room there is, when logs were written; whoever opens a pane or lists an entity takes its part
  /// off.
  mutating func measureLog() {
    // An event lists its user and feature, and moves one tally, in a pane of each level.
    var event = levelsCount * 2 * Int(dimensionsCount) * Self.entityLogBytesMax
    for level in 0..<levelsCount { event += levels[level].paneLogBytes }
    logRoom = settings.logBytesMax - logBytesTaken - event
  }

  /// Used, or set aside.
  var logBytesTaken: Int {
    log.used + openLogBytes + entityNodes.count * Self.entityLogBytesMax
  }

  /// Counts anew what is set aside for open panes, which no state says.
  mutating func measureOpenPanes() throws(StateError) {
    openLogBytes = 0
    var left = panes.count
    for account in 0..<accounts.count {
      for level in 0..<levelsCount {
        var pane = cursors[account * cursorsPerAccount + levels[level].cursorBase]
        while pane != noNode {
          left -= 1
          guard left >= 0 else { throw StateError("more panes are open than there are") }
          openLogBytes += levels[level].paneLogBytes
          pane = panes.next(pane)
        }
      }
    }
  }
}
