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
    /// Events of the last day, and of the last week.
    var today: Double = 0
    var week: Double = 0
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
  /// What drives a count whose falls are split into causes.
  struct CauseRow: BitwiseCopyable {
    /// User-days and sessions of the last week, two, three and four.
    var audience = InlineArray<4, Float>(repeating: 0)
    var sessions = InlineArray<4, Float>(repeating: 0)
    /// The same of the four weeks before those, and the count itself.
    var audienceBefore: Float = 0
    var sessionsBefore: Float = 0
    var callsBefore: Float = 0
  }

  /// The midnight.
  package var at: EventTime
  var rows: Slab<Row>
  var drops: Slab<DropRow>
  var spans: Slab<SpanRow>
  var causes: Slab<CauseRow>

  /// An empty day with room for this many accounts.
  init(at: EventTime, rows: Int, drops: Int, spans: Int, causes: Int) {
    self.at = at
    self.rows = Slab(capacity: rows)
    self.drops = Slab(capacity: rows * drops)
    self.spans = Slab(capacity: rows * spans)
    self.causes = Slab(capacity: rows * causes)
  }

  package var count: Int { rows.count }
  package func account(_ row: Int) -> UInt32 { rows[row].account }
  package func generation(_ row: Int) -> UInt16 { rows[row].generation }
  package func firstEvent(_ row: Int) -> EventTime { rows[row].firstEvent }

  /// Bytes held.
  package var bytes: Int { rows.bytes + drops.bytes + spans.bytes + causes.bytes }
}
