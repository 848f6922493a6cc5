import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

/// One account's way through the alert rules.
final class JudgedAccount {
  private var judge: AlertJudge
  private var table: AlertTable
  private let writer: AlertWriter
  private let plan: PolicyPlan

  init(_ plan: PolicyPlan) {
    self.plan = plan
    judge = AlertJudge(plan)
    table = AlertTable(plan)
    table.extend(to: 1)
    writer = AlertWriter(plan)
  }

  /// What the rules remember.
  var memories: [RuleMemory] { (0..<table.rules.count).map { table.rules[$0] } }

  /// The alerts of a reading at midnight.
  func alerts(
    _ reading: WindowReading, profile: AccountProfile = AccountProfile(),
    context: SegmentContext = SegmentContext(), people: PeopleFinding? = nil
  ) -> [HealthAlert] {
    var day = judge.begin(reading.at)
    judge.note(0, reading, in: &day, &table)
    judge.end(day)
    var changes: [AlertChange] = []
    judge.judge(0, of: day, context, &table) { changes.append($0) }
    if let people { for i in changes.indices { changes[i].explain(by: people, plan) } }
    return changes.map {
      writer.alert($0, account: "a", profile: profile, firstEvent: reading.firstEvent)
    }
  }

  /// value ÷ expected of a reading's last week; nil with too little to say.
  func ratio(_ reading: WindowReading, rule: Int = 0) -> Double? {
    var day = judge.begin(reading.at)
    judge.note(0, reading, in: &day, &table)
    var evidence = judge.evidence()
    judge.tell(0, of: day, segment: evidence.place(""), &evidence)
    return evidence.cells[rule].ratios[0].first.map(Double.init)
  }

  func isJudged(_ reading: WindowReading) -> Bool { judge.isJudged(reading) }
}
