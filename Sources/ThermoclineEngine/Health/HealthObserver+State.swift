import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// For a checkpoint.
extension HealthObserver {
  package var fingerprint: UInt64 { model.plan.fingerprint }

  package mutating func write(to state: inout StateWriter) -> EventTime? {
    guard today == nil, waiting.isEmpty else { return nil }
    guard let day = model.board.write(partition: partition, to: &state) else { return nil }
    rows.write(to: &state)
    scores.write(to: &state)
    alerts.write(to: &state)
    people.write(to: &state)
    usage.write(to: &state)
    accounts.write(to: &state)
    deferred.write(to: &state)
    state.write(plain: census)
    peers.write(to: &state)
    return day
  }

  /// What is known from elsewhere (profiles, overrides) is looked up anew.
  package mutating func read(from state: inout StateReader) throws(StateError) {
    try model.board.read(partition: partition, from: &state, model.plan)
    try rows.read(from: &state)
    try scores.read(from: &state)
    try alerts.read(from: &state)
    try people.read(from: &state)
    try usage.read(from: &state)
    try accounts.read(from: &state)
    try deferred.read(from: &state)
    try state.read(plain: &census)
    try peers.read(from: &state, model.board, model.plan)
    guard scores.count == rows.count, alerts.count == rows.count else {
      throw StateError("the rows of accounts do not belong together")
    }
    // Commit intervals are counted anew: all that waits for the next one has it.
    round = 0
    for account in 0..<rows.count {
      rows[account].profile = HealthRow.unknown
      rows[account].override = HealthRow.unknown
      rows[account].round = 0
    }
  }
}
