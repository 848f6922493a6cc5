internal import ThermoclineCore
internal import ThermoclineEngine

/// Promises about time.
extension FeederState {
  /// False when there is no room in the pipeline. `header`: what it promises; nil = nothing.
  mutating func addHeartbeat(
    _ header: UnsafeRawBufferPointer?, _ offset: Int64, _ place: Int
  ) -> Bool {
    guard let batch = batch(place, at: offset, needs: 0) else { return false }
    if let header = unsafe header { unsafe promise(header, offset, batch) }
    note(offset, place, batch)
    return true
  }

  /// Believes a heartbeat, or refuses it.
  private func promise(_ header: UnsafeRawBufferPointer, _ offset: Int64, _ batch: EventBatch) {
    func refuse(_ reason: RefusalReason, _ why: String) {
      batch.refuse(
        Refusal(
          reason: reason, detail: "the heartbeat's time \(why)", position: offset,
          message: .absent, key: .absent))
    }
    guard let milliseconds = unsafe Int64(String(decoding: header, as: UTF8.self)) else {
      return refuse(.invalidTime, "is no whole number of milliseconds since 1970")
    }
    let time = EventTime(milliseconds: milliseconds)
    // Days are counted from the first time that is heard of, one by one.
    guard time >= Limits.eventTimeMin else {
      return refuse(
        .timeOutOfRange, "of \(milliseconds) ms since 1970 lies before \(Limits.eventTimeMin)")
    }
    // One clock that is wrong must not expire every window.
    guard time <= ports.latestAccepted() else {
      return refuse(.timeInFuture, "of \(milliseconds) ms since 1970 lies in the future")
    }
    batch.heartbeat = time
  }
}
