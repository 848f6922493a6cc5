package import ThermoclineCore

/// One message as a producer would send it.
package struct SimulatedMessage: Sendable {
  /// What is peculiar about the message.
  package enum Kind: UInt8, Sendable, CaseIterable {
    /// An ordinary event, less than `Population.jitterMax` behind the newest event before it.
    case event
    /// A good event that arrives ten minutes to two hours late.
    case late
    /// A good event that arrives three to nine days late.
    case veryLate
    /// Refused: not JSON.
    case notJSON
    /// Refused: an event without an account.
    case missingAccount
    /// Refused: an event of the year 2200.
    case farFuture

    /// True for what no consumer can use.
    package var isHostile: Bool { rawValue >= Kind.notJSON.rawValue }
  }

  /// The account's name; hostile messages have one too.
  package var key: [UInt8]
  /// Native JSON, except `notJSON`.
  package var payload: [UInt8]
  package var kind: Kind
  /// When it reaches the log; never falls from one message to the next.
  package var arrival: EventTime
}
