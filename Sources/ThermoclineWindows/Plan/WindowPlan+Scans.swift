import ThermoclineCore

/// A quantity that is computed from the panes of its window, oldest first, whenever the account is settled.
///
/// A value that changes with every slide although no pane crosses a boundary cannot be kept by adding and subtracting
/// without an error that grows; a newest value cannot be subtracted at all. Computed from whole numbers in whole
/// numbers, it depends on what the panes hold and on nothing else.
extension WindowPlan {
  struct Scan: Sendable {
    let quantity: Int
    /// The column it reads: of counts, of sums, or of newest times with their values in the column after it.
    let column: Int
    /// nil = the newest value.
    let halfLife: TimeSpan?
    /// Whether the cells are whole events, not millionths.
    let isCount: Bool
    /// Boundaries of the cells past which a pane belongs to the window and no longer does.
    let enter: Int
    let leave: Int
    /// Slides the window spans.
    let panes: Int

    /// nil for a quantity that is kept up to date.
    init?(_ number: Int, _ quantity: WindowedQuantity, _ columns: [Column], ages: [Int64]) {
      guard quantity.isScanned else { return nil }
      self.quantity = number
      column = columns.firstIndex(of: quantity.columns[0])!
      halfLife = quantity.halfLife
      isCount = quantity.columns[0].content == .count
      enter = ages.firstIndex(of: quantity.enterAge)!
      leave = ages.firstIndex(of: quantity.leaveAge)!
      panes = Int(quantity.leaveAge - quantity.enterAge)
    }
  }
}

extension WindowedQuantity {
  /// Whether it is computed from the panes of its window instead of kept up to date.
  var isScanned: Bool { aggregate == .last || halfLife != nil }

  /// Time after which an event counts half; nil = it counts whole as long as it is in the window.
  var halfLife: TimeSpan? {
    switch aggregate {
    case .decayedCount(let halfLife), .decayedSum(let halfLife): halfLife
    default: nil
    }
  }
}
