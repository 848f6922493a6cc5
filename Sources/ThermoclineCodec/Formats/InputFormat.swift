/// The forms in which events come in.
package enum InputFormat: String, CaseIterable, Sendable, BitwiseCopyable {
  /// Told from each message's headers and first bytes.
  case auto
  /// The flat JSON of our own.
  case thermocline
  /// Calls of Segment and RudderStack.
  case segment
  /// CloudEvents 1.0: binary, structured, batched.
  case cloudevents
  /// PostHog's capture events and its `clickhouse_events_json`.
  case posthog
  /// Amplitude's HTTP and export events.
  case amplitude
  /// Snowplow's enriched events, as tab-separated text.
  case snowplow
  /// Any JSON, by pointers from the configuration.
  case mapped
  /// Comma-separated text with a header; in archives only.
  case csv
}
