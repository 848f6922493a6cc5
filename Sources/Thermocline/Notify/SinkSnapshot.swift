package import ThermoclineNotify

/// One sink at one moment.
package struct SinkSnapshot: Sendable, Equatable {
  package var name: String
  package var kind: SinkKind
  package var counts = OutboxCounts()
  /// Changes taken and not delivered.
  package var waiting = 0
  /// Age of the oldest of them.
  package var waitingSeconds = 0.0
  /// For how long the server has accepted nothing of what it was asked to; 0 while it does.
  package var failingSeconds = 0.0
  /// Alerts that stand.
  package var open = 0
  /// Alerts that stood and were forgotten for want of room.
  package var forgotten = 0
  /// Messages of the topic that are not taken or not settled.
  package var lag: Int64 = 0
  /// Messages that the topic dropped before they were read.
  package var missed: Int64 = 0
  package var partitions = 0
  /// It has its partitions, and knows their past.
  package var isReady = false
  /// Nanoseconds since it last looked after its topic.
  package var idleNanoseconds: UInt64 = 0

  package init(_ name: String, _ kind: SinkKind) {
    self.name = name
    self.kind = kind
  }
}
