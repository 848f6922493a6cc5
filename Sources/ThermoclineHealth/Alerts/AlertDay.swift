package import ThermoclineCore

/// The accounts read at one midnight, with no more than their alert rules need: they wait here until
/// every partition has told how its accounts do. About 300 bytes an account with the default policy.
package struct AlertDay: ~Copyable, Sendable {
  struct Row: BitwiseCopyable {
    var firstEvent: EventTime
    var lastEvent: EventTime
    var account: UInt32
    /// Active days of the silence rule's window.
    var activeDays: UInt16
    /// Which of the accounts that had this number it is.
    var generation: UInt16
  }
  /// What one drop rule knows of an account.
  struct DropRow: BitwiseCopyable {
    /// Events of the last day.
    var today: Double = 0
    /// What the account's weeks let expect of one.
    var mean: Double = 0
    /// How its weeks scattered about that: Σ squared residual ÷ expected, and the weeks behind it.
    var squares: Float = 0
    var degrees: Float = 0
    /// There are enough weeks to say so.
    var isEnough = false
  }
  /// Events of one span, and what the weeks before it let expect.
  struct SpanRow: BitwiseCopyable {
    var value: Double = 0
    var expected: Double = 0
    /// Weeks behind the expectation; 0 = not enough.
    var references: Float = 0
  }

  /// The midnight.
  package var at: EventTime
  var rows: Slab<Row>
  var drops: Slab<DropRow>
  var spans: Slab<SpanRow>

  /// An empty day with room for this many accounts.
  init(at: EventTime, rows: Int, drops: Int, spans: Int) {
    self.at = at
    self.rows = Slab(capacity: rows)
    self.drops = Slab(capacity: rows * drops)
    self.spans = Slab(capacity: rows * spans)
  }

  package var count: Int { rows.count }
  package func account(_ row: Int) -> UInt32 { rows[row].account }
  package func generation(_ row: Int) -> UInt16 { rows[row].generation }
  package func firstEvent(_ row: Int) -> EventTime { rows[row].firstEvent }

  /// Bytes held.
  package var bytes: Int { rows.bytes + drops.bytes + spans.bytes }
}
