internal import Synchronization
internal import ThermoclineCodec

/// Messages and events that were read in each format. One thread writes, any may read.
package final class FormatCounts: Sendable {
  /// What came in one format so far.
  package struct Count: Sendable, Equatable {
    /// The format's name.
    package var format: String
    package var events: Int
    /// Messages from which an event was read, those begun in one batch and ended in another left out.
    package var messagesRead: Int
    /// Messages without an event: refused, or of a kind that is none.
    package var messagesEmpty: Int
  }

  private let events = InlineArray<9, Atomic<Int>> { _ in Atomic(0) }
  private let read = InlineArray<9, Atomic<Int>> { _ in Atomic(0) }
  private let empty = InlineArray<9, Atomic<Int>> { _ in Atomic(0) }

  init() { precondition(InputFormat.allCases.count == 9, "a counter for each format") }

  /// Writer only: what a message gave. `isWhole`: it was read from beginning to end.
  @inline(__always) func note(_ format: InputFormat.Code, events count: Int, isWhole: Bool) {
    let place = Int(format)
    Self.add(count, to: events[place])
    guard isWhole else { return }
    if count > 0 { Self.add(1, to: read[place]) } else { Self.add(1, to: empty[place]) }
  }

  /// There is one writer, so that nothing is lost between the two.
  @inline(__always) private static func add(_ count: Int, to atomic: borrowing Atomic<Int>) {
    atomic.store(atomic.load(ordering: .relaxed) &+ count, ordering: .relaxed)
  }

  /// All formats that a topic may have, those that never came with zeros. Any thread.
  package var all: [Count] {
    InputFormat.allCases.filter { $0 != .auto && $0 != .csv }.map {
      let place = Int($0.code)
      return Count(
        format: $0.rawValue, events: events[place].load(ordering: .relaxed),
        messagesRead: read[place].load(ordering: .relaxed),
        messagesEmpty: empty[place].load(ordering: .relaxed))
    }
  }
}
