package import ThermoclineCore

/// The accounts read at one midnight, with no more than their alert rules need: they wait here until
/// every partition has told how its accounts do. About 120 bytes an account with the default policy.
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
  /// What one drop rule saw.
  struct DropRow: BitwiseCopyable {
    /// Weeks known, this one included; 0 = not enough data.
    var weeks: Int32
    /// Events of this week, and what the weeks before let expect.
    var value: Double
    var mean: Double
    var squares: Double
  }
  /// Events of a longer span, and of a week what the weeks before it let expect.
  struct SpanRow: BitwiseCopyable {
    var value: Double
    var mean: Double
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
