import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// What is kept of accounts from tick to tick: rows, profiles, the policy they are judged by.
extension HealthObserver {
  /// Judges by another policy from here on. Bands and sides are kept, so that hysteresis goes on; changes, trends and what
  /// was published do not reach back to what another policy said.
  mutating func take(_ plan: PolicyPlan) {
    scores.carry(from: model.plan, to: plan)
    model.take(plan)
    sheet = ScoreSheet(plan)
    judge = AlertJudge(plan)
    accountJudge = AccountJudge(plan)
    accounts.forgetScores()
    encoder = ScoreEncoder(plan)
    usage.take(plan)
    forgetProfiles()
    // Its bands may be others.
    forgetOverrides()
    for account in 0..<rows.count {
      rows[account].knownEvent = .distantPast
      rows[account].changed = Standing.none
    }
  }

  /// Takes changes of profiles over: every account is looked up anew when it is read next.
  mutating func renewProfiles() {
    if model.profiles.renew(&known) { forgetProfiles() }
    if model.overrides.renew(&knownOverrides) { forgetOverrides() }
  }

  private mutating func forgetOverrides() {
    overrides = OverrideRegister(bands: model.plan.policy.bands.map(\.name))
    for account in 0..<rows.count { rows[account].override = HealthRow.unknown }
  }

  private mutating func forgetProfiles() {
    profiles = ProfileRegister(model.plan.variants)
    peers.forgetWords()
    for account in 0..<rows.count { rows[account].profile = HealthRow.unknown }
  }

  /// Makes rows for an account, if it has none.
  mutating func remember(_ account: UInt32) {
    let count = Int(account) + 1
    guard rows.count < count else { return }
    rows.append(repeating: HealthRow(), count: count - rows.count)
    scores.extend(to: count)
    alerts.extend(to: count)
    people.extend(to: count)
    usage.extend(to: count)
    if isAccountOn { accounts.extend(to: count) }
  }

  /// An account has its early reading of the commit interval: it is read again in the next one.
  mutating func putOff(_ account: UInt32) {
    guard !rows[account].isDeferred else { return }
    rows[account].isDeferred = true
    deferred.append(account)
  }

  /// A tombstone ends the account's score; should it come back it is a new account.
  mutating func forget(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let name = store.name(of: account)
    store.forget(account)
    let generation = rows[account].generation
    census.move(rows[account].shown, to: .none)
    alerts.forEachPhase(of: account) { census.count($0) }
    people.forEachPhase(of: account) { census.count($0) }
    if isAccountOn { accounts.forEachPhase(of: account) { census.count($0) } }
    rows[account] = HealthRow()
    rows[account].generation = generation &+ 1
    scores.reset(account)
    alerts.reset(account)
    people.reset(account)
    if isAccountOn { accounts.reset(account) }
    usage.forget(account, named: name, at: reading.at, output)
    output.addTombstone(.scores, key: name, at: reading.at)
  }
}
