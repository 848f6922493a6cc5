/// Every metric that `/metrics` shows. The name is a promise: alert rules and dashboards hold on to it.
package enum MetricName: String, CaseIterable, Sendable {
  case buildInfo = "thermocline_build_info"
  case startTime = "process_start_time_seconds"
  case processorTime = "process_cpu_seconds_total"
  case residentMemory = "process_resident_memory_bytes"
  case residentMemoryPeak = "thermocline_resident_memory_peak_bytes"
  case ready = "thermocline_ready"
  case notReady = "thermocline_not_ready"

  case messages = "thermocline_input_messages_total"
  case inputEvents = "thermocline_input_events_total"
  case read = "thermocline_events_read_total"
  case events = "thermocline_events_total"
  case refused = "thermocline_events_refused_total"
  case corrections = "thermocline_event_corrections_total"
  case held = "thermocline_events_held"
  case resolved = "thermocline_events_resolved_total"
  case unresolved = "thermocline_events_unresolved_total"
  case uncounted = "thermocline_entities_uncounted_total"
  case forgottenIDs = "thermocline_event_ids_forgotten_total"
  case profileMessages = "thermocline_account_messages_total"

  case lagRecords = "thermocline_lag_records"
  case lagSeconds = "thermocline_lag_seconds"
  case rebuildRecords = "thermocline_rebuild_records"
  case watermarkDelay = "thermocline_watermark_delay_seconds"
  case heldUp = "thermocline_partition_held_up"
  case partitions = "thermocline_partitions"
  case rebalances = "thermocline_rebalances_total"
  case waits = "thermocline_input_waits_total"
  case ringFill = "thermocline_ring_batches"
  case ringCapacity = "thermocline_ring_capacity_batches"

  case freshness = "thermocline_freshness_seconds"
  case commits = "thermocline_commit_seconds"
  case commitAge = "thermocline_commit_age_seconds"

  case checkpointTime = "thermocline_checkpoint_time_seconds"
  case checkpointBytes = "thermocline_checkpoint_bytes"
  case checkpointWholeBytes = "thermocline_checkpoint_whole_bytes"
  case checkpointSets = "thermocline_checkpoint_sets_total"

  case accounts = "thermocline_accounts"
  case accountBytes = "thermocline_account_bytes"
  case accountsMax = "thermocline_accounts_max"
  case accountBytesMax = "thermocline_account_bytes_max"
  case bands = "thermocline_accounts_by_band"
  case quadrants = "thermocline_accounts_by_quadrant"
  case scores = "thermocline_scores_published_total"
  case alertChanges = "thermocline_alert_changes_total"
  case alertsOpen = "thermocline_alerts_open"

  case brokersUp = "thermocline_kafka_brokers_up"
  case brokersKnown = "thermocline_kafka_brokers_known"
  case kafkaErrors = "thermocline_kafka_errors_total"
  case kafkaRetries = "thermocline_kafka_retries_total"
  case kafkaTimeouts = "thermocline_kafka_timeouts_total"
  case kafkaSentBytes = "thermocline_kafka_sent_bytes_total"
  case kafkaReceivedBytes = "thermocline_kafka_received_bytes_total"
  case kafkaSentRecords = "thermocline_kafka_sent_records_total"
  case kafkaReceivedRecords = "thermocline_kafka_received_records_total"
  case kafkaQueuedRecords = "thermocline_kafka_queued_records"
  case kafkaQueuedBytes = "thermocline_kafka_queued_bytes"
  case kafkaRoundTrip = "thermocline_kafka_round_trip_seconds"
  case clockJumps = "thermocline_clock_jumps_total"
  case certificateExpiry = "thermocline_certificate_expiry_timestamp_seconds"

  /// The kinds of the exposition format.
  package enum Kind: String, Sendable { case counter, gauge, histogram }

  /// A histogram is one by its place here, a counter by its name, everything else is a gauge.
  package var kind: Kind {
    switch self {
    case .freshness, .commits: .histogram
    default: rawValue.hasSuffix("_total") ? .counter : .gauge
    }
  }

  /// The labels' names, in the order in which their values are given.
  package var labels: [String] {
    switch self {
    case .buildInfo: ["version", "librdkafka"]
    case .notReady, .refused: ["reason"]
    case .messages: ["format", "outcome"]
    case .inputEvents: ["format"]
    case .events: ["outcome"]
    case .profileMessages: ["source", "outcome"]
    case .lagRecords, .lagSeconds, .rebuildRecords, .watermarkDelay, .heldUp:
      ["topic", "partition"]
    case .rebalances: ["event"]
    case .ringFill: ["shard", "ring"]
    case .ringCapacity: ["ring"]
    case .bands: ["band"]
    case .quadrants: ["quadrant"]
    case .alertChanges, .alertsOpen: ["state"]
    case .brokersUp, .brokersKnown, .kafkaErrors, .kafkaRetries, .kafkaTimeouts, .kafkaSentBytes,
      .kafkaReceivedBytes, .kafkaSentRecords, .kafkaReceivedRecords, .kafkaQueuedRecords,
      .kafkaQueuedBytes, .kafkaRoundTrip:
      ["client"]
    default: []
    }
  }

  /// One sentence for whoever finds the name.
  package var help: String {
    switch self {
    case .buildInfo: "What runs; always 1."
    case .startTime: "When the process began, in seconds since 1970."
    case .processorTime: "Processor time used, in the program and in the system for it."
    case .residentMemory: "Memory resident now."
    case .residentMemoryPeak: "The most memory that was resident at once."
    case .ready: "1 when /readyz says so."
    case .notReady: "1 for each reason that /readyz gives."
    case .messages: "Messages read, by format; from empty ones no event was taken."
    case .inputEvents: "Events read, by format, those that rebuild state included."
    case .read: "Events and refused messages, those that rebuild state left out."
    case .events: "What became of them."
    case .refused: "Refused events and messages, by the reason in their dead letter."
    case .corrections: "Late events that corrected final windows."
    case .held: "Events that wait for their user's account."
    case .resolved: "Events without an account that got their user's."
    case .unresolved: "Events without an account that found none when they came."
    case .uncounted: "Users and features that were one too many to be told apart."
    case .forgottenIDs: "Event ids forgotten before the de-duplication's span was over."
    case .profileMessages: "Messages of the topics of profiles, overrides and alert controls."
    case .lagRecords: "Records that the broker has and the job has not taken."
    case .lagSeconds: "Age, by its own timestamp, of what is taken while records wait; else 0."
    case .rebuildRecords: "Records left to read before new outputs are published."
    case .watermarkDelay: "How far the watermark is behind the clock."
    case .heldUp: "1 while the partition waits for others that are behind in event time."
    case .partitions: "Partitions assigned to this instance."
    case .rebalances: "Changes of the assignment."
    case .waits: "How often the pipeline was full and the input had to wait."
    case .ringFill: "Batches that wait before (input) and behind (output) each shard."
    case .ringCapacity: "Batches that find room there."
    case .freshness: "From the oldest event's arrival until scores that show it are committed."
    case .commits: "How long commits took."
    case .commitAge: "Since the last commit ended."
    case .checkpointTime:
      "When the newest complete set of checkpoints began, before the first the process; seconds since 1970."
    case .checkpointBytes:
      "Bytes that were written for that set: what changed since the one before; 0 before the first."
    case .checkpointWholeBytes:
      "Bytes of all messages that hold the state of that set: what a restart reads; 0 before the first."
    case .checkpointSets: "Complete sets of checkpoints: one of each partition."
    case .accounts: "Accounts known."
    case .accountBytes: "Memory held for the windows and names of the accounts."
    case .accountsMax: "Accounts that the assigned partitions take together, at most."
    case .accountBytesMax: "Memory that they take for windows and names together, at most."
    case .bands: "Accounts by the band last published; none = a score without a band."
    case .quadrants: "Accounts by the quadrant last published."
    case .scores: "Scores published."
    case .alertChanges: "State changes of alerts published."
    case .alertsOpen: "Alerts of accounts that are open, by state."
    case .brokersUp: "Brokers that the client is connected to."
    case .brokersKnown: "Brokers that the client knows."
    case .kafkaErrors: "Requests to brokers that failed, and answers that could not be read."
    case .kafkaRetries: "Requests that were sent again."
    case .kafkaTimeouts: "Requests that waited too long for their answer."
    case .kafkaSentBytes: "Bytes sent to brokers."
    case .kafkaReceivedBytes: "Bytes received from brokers."
    case .kafkaSentRecords: "Records sent to brokers."
    case .kafkaReceivedRecords: "Records received from brokers."
    case .kafkaQueuedRecords: "Records that wait inside the client."
    case .kafkaQueuedBytes: "Bytes of those records."
    case .kafkaRoundTrip: "The slowest broker's round trip, 99th percentile of the last statistics."
    case .clockJumps: "How often the system's clock jumped by more than 30 seconds."
    case .certificateExpiry:
      "When the certificate that is served expires, in seconds since 1970; only with TLS."
    }
  }
}
