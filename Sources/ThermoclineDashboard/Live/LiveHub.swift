internal import Synchronization
internal import ThermoclineCodec

/// Tells every open page what changed. A reader that does not keep up is cut: its browser comes again and asks anew.
package final class LiveHub: Sendable {
  /// Readers at once; one more is refused.
  static let readersMax = 200
  /// Messages that wait for one reader.
  static let waitingMax = 32
  /// Accounts named in one message; of more only the number is told.
  static let accountsMax = 200

  private let state = Mutex(State())

  private struct State {
    var readers: [UInt64: AsyncStream<String>.Continuation] = [:]
    var next: UInt64 = 0
  }

  package init() {}

  var readersCount: Int { state.withLock { $0.readers.count } }

  /// Readers that ever came.
  var joinsCount: Int { state.withLock { Int($0.next) } }

  /// Whether one more may come.
  var hasRoom: Bool { readersCount < Self.readersMax }

  /// A new reader; nil when there are too many. Its messages end when it is too slow. Who joins leaves.
  func join() -> LiveReader? {
    let (messages, continuation) = AsyncStream.makeStream(
      of: String.self, bufferingPolicy: .bufferingOldest(Self.waitingMax))
    return state.withLock { state in
      guard state.readers.count < Self.readersMax else { return nil }
      state.next += 1
      state.readers[state.next] = continuation
      return LiveReader(id: state.next, messages: messages)
    }
  }

  func leave(_ reader: LiveReader) { state.withLock { $0.readers[reader.id] = nil } }

  /// Says what a batch of records changed.
  package func publish(_ change: HistoryChange) {
    guard !change.isEmpty else { return }
    var json = JSONWriter()
    json.beginObject()
    json.key("accounts")
    json.value(Int64(change.accounts.count))
    json.key("names")
    json.beginArray()
    if change.accounts.count <= Self.accountsMax {
      for account in change.accounts.sorted() { json.value(account) }
    }
    json.endArray()
    json.key("alerts")
    json.value(Int64(change.alerts.count))
    json.key("segments")
    json.value(Int64(change.segments.count))
    json.endObject()
    send("event: change\ndata: \(String(decoding: json.bytes, as: UTF8.self))\n\n")
  }

  /// Shows open connections, and what lies between, that somebody is here.
  package func beat() { send(": beat\n\n") }

  /// Ends all readers.
  package func close() {
    let readers = state.withLock { state in
      defer { state.readers = [:] }
      return state.readers.values.map { $0 }
    }
    for reader in readers { reader.finish() }
  }

  private func send(_ message: String) {
    let readers = state.withLock { $0.readers }
    for (id, reader) in readers {
      guard case .dropped = reader.yield(message) else { continue }
      state.withLock { $0.readers[id] = nil }
      reader.finish()
    }
  }
}

/// Somebody who wants to hear what changes.
struct LiveReader: Sendable {
  let id: UInt64
  let messages: AsyncStream<String>
}
