import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineHealth

/// One account's way through a sheet and a table.
final class ScoredAccount {
  let plan: PolicyPlan
  var sheet: ScoreSheet
  var table: ScoreTable
  /// Its number; the rows before it are other accounts'.
  private let number: UInt32

  init(_ plan: PolicyPlan, number: UInt32 = 0) {
    self.plan = plan
    self.number = number
    sheet = ScoreSheet(plan)
    table = ScoreTable(plan)
    table.extend(to: Int(number) + 1)
  }

  var row: ScoreTable.Row {
    get { table.rows[number] }
    set { table.rows[number] = newValue }
  }

  /// The score of a reading; the account's past stays as it was.
  func look(
    _ reading: WindowReading, profile: AccountProfile = AccountProfile(), account: String = "a"
  ) -> HealthScore {
    sheet.evaluate(reading, seats: profile.seats, account: number, &table)
    return sheet.score(account: account, profile: profile, policy: plan.policy)
  }

  /// The score of a reading, kept as the account's last one where it is final.
  func score(
    _ reading: WindowReading, profile: AccountProfile = AccountProfile(), account: String = "a"
  ) -> HealthScore {
    let score = look(reading, profile: profile, account: account)
    sheet.commit(number, to: &table)
    return score
  }
}
