internal import ThermoclineCore

/// What the rules about people found at one midnight, waiting for the day to be judged: 12 bytes an account that was
/// looked at, and the names of those who are gone.
package struct PeopleDay: ~Copyable, Sendable {
  struct Row: BitwiseCopyable {
    var account: UInt32
    /// Two bits for each rule: what was found.
    var findings: UInt8
    /// Whether the rules looked at it; on other days only what is gone was noted.
    var isJudged: Bool
    /// Place in `details`; `noNode` = none.
    var details: UInt32
  }

  var rows = Slab<Row>(capacity: 1)
  private(set) var details: [PeopleFinding] = []
  /// The row that is judged next.
  var next = 0

  package init() {}

  /// Notes an account; those of a day come in the order in which they will be judged.
  package mutating func note(
    _ account: UInt32, _ finding: PeopleFinding, isJudged: Bool = true
  ) {
    var bits: UInt8 = 0
    for rule in PeopleRule.allCases {
      let code: UInt8 =
        switch finding[rule] {
        case .neither: 0
        case .evidence: 1
        case .clear: 2
        }
      bits |= code << UInt8(2 * rule.rawValue)
    }
    var place = noNode
    if finding.contact != nil || finding.leader != nil || finding.feature != nil
      || finding.lostUser != nil || finding.lostFeature != nil
    {
      place = UInt32(details.count)
      details.append(finding)
    }
    rows.append(Row(account: account, findings: bits, isJudged: isJudged, details: place))
  }

  /// The place of the account's row, if its row is the next one.
  mutating func take(_ account: UInt32) -> Int? {
    guard next < rows.count, rows[next].account == account else { return nil }
    next += 1
    return next - 1
  }

  /// What was found of the account, if its row is the next one and there is anything to say.
  package func finding(of account: UInt32) -> PeopleFinding? {
    guard next < rows.count, rows[next].account == account, rows[next].details != noNode else {
      return nil
    }
    return details[Int(rows[next].details)]
  }

  /// Passes over an account, if its row is the next one.
  package mutating func skip(_ account: UInt32) { _ = take(account) }

  /// Bytes held for the accounts.
  package var bytes: Int { rows.bytes }
}

extension PeopleDay.Row {
  func finding(_ rule: PeopleRule) -> AlertLifeCycle.Finding {
    switch findings >> UInt8(2 * rule.rawValue) & 3 {
    case 1: .evidence
    case 2: .clear
    default: .neither
    }
  }
}
