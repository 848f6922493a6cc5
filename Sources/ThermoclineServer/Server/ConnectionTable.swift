internal import NIOCore
internal import Synchronization

/// The open connections: no more than a maximum, and closed all at once when the server ends.
final class ConnectionTable: Sendable {
  private struct Entry {
    var channel: any Channel
    /// Between a request's head and the end of its reply.
    var isBusy = false
    /// Counts up with every change: the smallest has been idle for longest.
    var turn: UInt64
  }
  private struct State {
    var entries: [ObjectIdentifier: Entry] = [:]
    var turn: UInt64 = 0
    var isClosed = false
  }

  private let max: Int
  private let state = Mutex(State())

  init(max: Int) { self.max = max }

  /// Takes a connection in. Where it is one too many, the one that has been idle for longest goes, or this one when all
  /// others are busy.
  func open(_ channel: any Channel) {
    let victim = state.withLock { state -> (any Channel)? in
      if state.isClosed { return channel }
      var victim: (any Channel)?
      if state.entries.count >= max {
        let idle = state.entries.filter { !$0.value.isBusy }.min { $0.value.turn < $1.value.turn }
        guard let idle else { return channel }
        state.entries[idle.key] = nil
        victim = idle.value.channel
      }
      state.turn += 1
      state.entries[ObjectIdentifier(channel)] = Entry(channel: channel, turn: state.turn)
      return victim
    }
    victim?.cut()
  }

  func setBusy(_ channel: any Channel, _ isBusy: Bool) {
    state.withLock { state in
      state.turn += 1
      let turn = state.turn
      state.entries[ObjectIdentifier(channel)]?.isBusy = isBusy
      state.entries[ObjectIdentifier(channel)]?.turn = turn
    }
  }

  func close(_ channel: any Channel) {
    state.withLock { $0.entries[ObjectIdentifier(channel)] = nil }
  }

  /// Closes all, now and from now on.
  func closeAll() {
    let channels = state.withLock { state in
      state.isClosed = true
      defer { state.entries = [:] }
      return state.entries.values.map(\.channel)
    }
    for channel in channels { channel.cut() }
  }

  var count: Int { state.withLock { $0.entries.count } }
}
