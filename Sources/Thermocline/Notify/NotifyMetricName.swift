/// Every metric that the notifier's `/metrics` shows. The name is a promise.
package enum NotifyMetricName: String, CaseIterable, ExpositionName {
  case buildInfo = "thermocline_build_info"
  case messages = "thermocline_notify_messages_total"
  case requests = "thermocline_notify_requests_total"
  case failures = "thermocline_notify_failures_total"
  case waiting = "thermocline_notify_waiting"
  case waitingAge = "thermocline_notify_waiting_seconds"
  case failing = "thermocline_notify_failing_seconds"
  case lag = "thermocline_notify_lag_records"
  case open = "thermocline_notify_alerts_open"
  case forgotten = "thermocline_notify_alerts_forgotten_total"
  case missed = "thermocline_notify_missed_total"
  case partitions = "thermocline_notify_partitions"
  case certificateExpiry = "thermocline_certificate_expiry_timestamp_seconds"

  package var kind: MetricName.Kind { rawValue.hasSuffix("_total") ? .counter : .gauge }

  package var labels: [String] {
    switch self {
    case .buildInfo: ["version", "librdkafka"]
    case .messages, .requests: ["sink", "outcome"]
    case .failures: ["sink", "reason"]
    case .certificateExpiry: []
    default: ["sink"]
    }
  }

  package var help: String {
    switch self {
    case .buildInfo: "What runs; always 1."
    case .messages: "Messages of the alert topic, by what became of them."
    case .requests: "Requests to the sink, by what became of them."
    case .failures: "Requests that were not accepted, by reason: http_503, timeout, connection."
    case .waiting: "Changes of alerts that were read and are not delivered."
    case .waitingAge: "How long the oldest of them has waited."
    case .failing:
      "For how long the sink has accepted nothing of what it was sent; 0 while it does."
    case .lag: "Messages of the alert topic that are not read or not delivered."
    case .open: "Alerts that stand."
    case .forgotten:
      "Alerts that stood and were forgotten for want of room: their end is told without their beginning."
    case .missed: "Messages that the topic dropped before they were read."
    case .partitions: "Partitions of the alert topic that this process reads for the sink."
    case .certificateExpiry: MetricName.certificateExpiry.help
    }
  }
}
