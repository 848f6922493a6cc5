package import ThermoclineCore

/// A kind of tool that people are told by.
package enum SinkKind: String, Sendable, CaseIterable {
  case alertmanager, pagerduty, slack, webhook
}

/// Makes requests of what a sink is to be told. Pure: what it makes follows from what it is given.
package protocol AlertSink: Sendable {
  /// Whether it is told of changes of this kind at all.
  func wants(_ kind: AlertChange.Kind) -> Bool
  /// Whether it takes several changes at once.
  var merging: SinkMerging { get }
  /// What may become of a change in a storm.
  /// - isInDigest: of an alert that only a digest told of so far.
  func disposition(of change: AlertChange, isInDigest: Bool) -> SinkDisposition
  /// The request; `time` is the time of day.
  func request(for shipment: Shipment, at time: EventTime) -> SinkRequest
}

/// How many changes a request may carry.
package enum SinkMerging: Sendable {
  /// Whatever waits, up to so many.
  case always(most: Int)
  /// One, or up to so many where more wait than the rate lets through.
  case inStorms(most: Int)
}

/// What may become of a change in a storm.
package enum SinkDisposition: Sendable {
  case merge
  /// Needs a request of its own.
  case alone
  /// Needs no word.
  case leaveOut
}

/// The part of a POST request that a sink decides.
package struct SinkRequest: Sendable, Equatable {
  /// Added to the path of the sink's address.
  package var path = ""
  /// Names in lower case, besides `content-type`, which is JSON.
  package var headers: [(name: String, value: String)] = []
  /// One JSON document.
  package var body: [UInt8]

  package init(_ body: [UInt8]) { self.body = body }

  package static func == (left: SinkRequest, right: SinkRequest) -> Bool {
    left.path == right.path && left.body == right.body
      && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
  }
}
