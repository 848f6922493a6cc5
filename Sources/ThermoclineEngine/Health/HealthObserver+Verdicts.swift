import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// What days come to, when every partition has told them: alerts, outages, roll-ups.
extension HealthObserver {
  /// Judges the days that every partition has told, in order. What they came to is said though the partition is silent
  /// otherwise, where the earlier run did not come to it: by the next call that has somewhere to say it.
  package mutating func settle(_ store: inout WindowStore, _ output: OutputBatch) {
    while let day = waiting.first, model.board.isComplete(day.day.at) {
      if output.isSilent, !day.isSaid { return }
      waiting.removeFirst()
      judge(day, &store, day.isSaid ? OutputBatch(isSilent: true) : output)
      saidDay = max(saidDay, day.day.at)
    }
    announceSaid(output)
  }

  private mutating func judge(
    _ day: WaitingDay, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let settled = model.board.settled(day.day.at)
    model.controls.renew(&knownControls)
    let controls = knownControls
    if settled.speaker == partition { publish(settled.outages, output) }
    if let report = model.board.rollups(day.day.at, partition: partition, model.plan) {
      say(report, output)
    }
    // By industry.
    var contexts: [SegmentContext?] = []
    var changes = AccountChanges()
    for row in 0..<day.day.count {
      let account = day.day.account(row)
      // Forgotten meanwhile: nobody waits for news of it.
      guard rows[account].generation == day.day.generation(row) else {
        people.skip(account, of: &day.people)
        continue
      }
      let industry = industry(of: account, &store)
      while contexts.count <= industry { contexts.append(nil) }
      let context =
        contexts[industry] ?? settled.ground.context(segment: profiles.texts[industry])
      contexts[industry] = context
      func control(_ rule: String) -> AlertControl? {
        guard controls.count > 0 else { return nil }
        return controls.value(
          of: alertFingerprint(rule: rule, account: store.name(of: account)))
      }
      judge.judge(row, of: day.day, context, &alerts, control: control) {
        changes.alerts.append($0)
      }
      if !changes.alerts.isEmpty, let found = day.people.finding(of: account) {
        for i in changes.alerts.indices { changes.alerts[i].explain(by: found, model.plan) }
      }
      people.judge(account, of: &day.people, at: day.day.at, control: control) {
        changes.people.append($0)
      }
      if isAccountOn {
        accounts.judge(
          account, row, of: day.account, at: day.day.at, accountJudge, context,
          control: control
        ) { changes.account.append($0) }
      }
      if changes.isEmpty { continue }
      let name = store.name(of: account)
      for step in changes.steps { census.move(step.before, to: step.phase) }
      let said = changes.take(
        model.alerts, account: name, profile: known[name], firstEvent: day.day.firstEvent(row))
      for alert in said { publish(alert, output) }
    }
  }

  private func say(_ report: RollupReport, _ output: OutputBatch) {
    for rollup in report.rollups {
      output.add(.rollups, key: rollup.segment, at: report.at) {
        HealthRollupEncoder.encode(rollup, into: &$0)
      }
    }
    for segment in report.ceased { output.addTombstone(.rollups, key: segment, at: report.at) }
  }

  private func publish(_ outages: [OutageChange], _ output: OutputBatch) {
    for outage in outages { publish(model.alerts.alert(outage), output) }
  }

  private func publish(_ alert: HealthAlert, _ output: OutputBatch) {
    output.counts.note(alert.state)
    output.add(.alerts, key: alert.account, at: alert.at) {
      HealthAlertEncoder.encode(alert, into: &$0)
    }
  }
}
