/// How a fall is split: the count as users a day × sessions of each × events in a session.
package struct CauseRule: Sendable, Equatable {
  /// Types whose events are sessions, the value of each being how many.
  package var sessions: [String]

  package init(sessions: [String] = ["session"]) { self.sessions = sessions }
}
