package import ThermoclineCodec
package import ThermoclineCore

/// What the dashboard works with. Kafka and the job stand behind closures, so that none of it is needed for a test.
package struct DashboardContext: Sendable {
  package var store: HistoryStore
  package var hub: LiveHub
  /// How the reading of the topics goes.
  package var feed: @Sendable () -> FeedState
  /// Sends what a person says of an alert, nil to take it back; answers why it was not sent. nil = nothing can be said.
  package var control: (@Sendable (AlertControl?, _ fingerprint: String) async -> String?)?
  /// A running job's status, or why there is none; nil = no job is known.
  package var job: (@Sendable () async -> Result<JobStatus, JobUnknown>)?
  package var now: @Sendable () -> EventTime

  package init(
    store: HistoryStore, hub: LiveHub, feed: @escaping @Sendable () -> FeedState,
    now: @escaping @Sendable () -> EventTime
  ) {
    self.store = store
    self.hub = hub
    self.feed = feed
    self.now = now
  }
}

/// Why a job's status is not known.
package struct JobUnknown: Error, Sendable {
  package var text: String

  package init(_ text: String) { self.text = text }
}
