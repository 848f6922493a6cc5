internal import ThermoclineCore

/// What the rules about accounts as a whole found at one midnight, in the order of `AlertDay`'s rows, until the
/// day is judged: 40 bytes an account.
package struct AccountDay: ~Copyable, Sendable {
  struct Row: BitwiseCopyable {
    /// Two bits for each rule: what was found.
    var findings: UInt16 = 0
    var band = SettledPlace()
    var quadrant = SettledPlace()
    /// Days in a row without an event, 0…63.
    var silentDays: UInt8 = 0
    /// Whole days known, up to 63.
    var knownDays: UInt8 = 0
    /// Ten-thousandths of a point now, the least of four to seven weeks ago, and as many weeks as the decline looks
    /// back.
    var points = noPoints
    var monthBefore = noPoints
    var declineBefore = noPoints
    var failures: Int32 = 0
    /// Days with an event of the known ones.
    var active: UInt64 = 0
  }

  var rows = Slab<Row>(capacity: 1)

  package init() {}

  /// Bytes held for the accounts.
  package var bytes: Int { rows.bytes }
}

extension AccountDay.Row {
  subscript(rule: AccountRule) -> AlertLifeCycle.Finding {
    get {
      switch findings >> UInt16(2 * rule.rawValue) & 3 {
      case 1: .evidence
      case 2: .clear
      default: .neither
      }
    }
    set {
      let code: UInt16 =
        switch newValue {
        case .neither: 0
        case .evidence: 1
        case .clear: 2
        }
      let shift = UInt16(2 * rule.rawValue)
      findings = findings & ~(3 << shift) | code << shift
    }
  }
}
