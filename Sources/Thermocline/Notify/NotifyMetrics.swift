internal import ThermoclineCore
internal import ThermoclineKafka
internal import ThermoclineNotify

/// Writes how the sinks stand as metrics.
enum NotifyMetrics {
  /// The whole page. `certificateExpires`: nil without TLS.
  static func page(_ sinks: [SinkSnapshot], certificateExpires: EventTime? = nil) -> String {
    var page = ExpositionPage<NotifyMetricName>()
    page.add(.buildInfo, [BuildInfo.version, KafkaLibrary.version], 1)
    for sink in sinks {
      for (outcome, count) in outcomes(sink.counts) {
        page.add(.messages, [sink.name, outcome], count)
      }
    }
    for sink in sinks {
      page.add(.requests, [sink.name, "accepted"], sink.counts.requestsAccepted)
      page.add(.requests, [sink.name, "retried"], sink.counts.requestsRetried)
      page.add(.requests, [sink.name, "refused"], sink.counts.requestsRefused)
    }
    for sink in sinks {
      for (reason, count) in sink.counts.failures.sorted(by: { $0.key < $1.key }) {
        page.add(.failures, [sink.name, reason], count)
      }
    }
    func add(_ metric: NotifyMetricName, _ value: (SinkSnapshot) -> Double) {
      for sink in sinks { page.add(metric, [sink.name], value(sink)) }
    }
    add(.waiting) { Double($0.waiting) }
    add(.waitingAge) { $0.waitingSeconds }
    add(.failing) { $0.failingSeconds }
    add(.lag) { Double($0.lag) }
    add(.open) { Double($0.open) }
    add(.forgotten) { Double($0.forgotten) }
    add(.missed) { Double($0.missed) }
    add(.partitions) { Double($0.partitions) }
    if let expires = certificateExpires {
      page.add(.certificateExpiry, [], Int(expires.milliseconds / 1_000))
    }
    return page.text
  }

  private static func outcomes(_ counts: OutboxCounts) -> [(name: String, count: Int)] {
    [
      ("single", counts.single), ("batch", counts.batched), ("digest", counts.inDigest),
      ("told_before", counts.alreadyTold), ("filtered", counts.filtered),
      ("duplicate", counts.duplicates), ("refused", counts.refused),
      ("unreadable", counts.unreadable), ("given_up", counts.givenUp),
    ]
  }
}
