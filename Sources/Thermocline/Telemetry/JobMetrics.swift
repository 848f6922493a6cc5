internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka
internal import ThermoclineWindows

/// Writes what was observed of a job as metrics.
enum JobMetrics {
  /// The whole page.
  static func page(_ job: JobObservation) -> String {
    var page = MetricsPage()
    write(process: job, to: &page)
    write(intake: job, to: &page)
    write(partitions: job, to: &page)
    write(outputs: job, to: &page)
    write(kafka: job, to: &page)
    return page.text
  }

  private static func write(process job: JobObservation, to page: inout MetricsPage) {
    page.add(.buildInfo, [BuildInfo.version, KafkaLibrary.version], 1)
    page.add(.startTime, [], Double(job.startedAt.milliseconds) / 1_000)
    page.add(.processorTime, [], job.usage.userSeconds + job.usage.systemSeconds)
    page.add(.residentMemory, [], job.residentBytes)
    page.add(.residentMemoryPeak, [], job.usage.peakBytes)
    let findings = Readiness.findings(job)
    page.add(.ready, [], findings.isEmpty ? 1 : 0)
    for reason in Readiness.Reason.allCases {
      page.add(.notReady, [reason.rawValue], findings.contains { $0.reason == reason } ? 1 : 0)
    }
    page.add(.clockJumps, [], job.pulse.jumpsCount)
    if let expires = job.certificateExpires {
      page.add(.certificateExpiry, [], Int(expires.milliseconds / 1_000))
    }
  }

  private static func write(intake job: JobObservation, to page: inout MetricsPage) {
    for format in job.formats {
      page.add(.messages, [format.format, "read"], format.messagesRead)
      page.add(.messages, [format.format, "empty"], format.messagesEmpty)
    }
    for format in job.formats { page.add(.inputEvents, [format.format], format.events) }
    let totals = job.pipeline.totals
    page.add(.read, [], totals.read)
    page.add(.events, ["applied"], totals.applied)
    page.add(.events, ["late"], totals.late)
    page.add(.events, ["refused"], totals.refused)
    page.add(.events, ["duplicate"], totals.duplicates)
    page.add(.events, ["alias"], totals.aliases)
    for reason in RefusalReason.allCases where reason != .late {
      page.add(.refused, [reason.rawValue], totals.refusedBy[reason] ?? 0)
    }
    page.add(.corrections, [], totals.corrections)
    page.add(.held, [], totals.held)
    page.add(.resolved, [], totals.resolved)
    page.add(.unresolved, [], totals.unresolved)
    page.add(.uncounted, [], totals.uncounted)
    page.add(.forgottenIDs, [], totals.forgottenIDs)
    for (source, counts) in [
      ("profiles", job.profiles), ("overrides", job.overrides),
      ("alert_controls", job.alertControls),
    ] {
      page.add(.profileMessages, [source, "set"], counts?.set ?? 0)
      page.add(.profileMessages, [source, "removed"], counts?.removed ?? 0)
      page.add(.profileMessages, [source, "refused"], counts?.refused ?? 0)
    }
  }

  private static func write(partitions job: JobObservation, to page: inout MetricsPage) {
    let partitions = job.partitions
    func add(
      _ metric: MetricName, _ value: (JobObservation.Partition) -> Double?
    ) {
      for partition in partitions {
        let name = partition.input.partition
        guard let value = value(partition) else { continue }
        page.add(metric, [name.topic, "\(name.partition)"], value)
      }
    }
    page.add(.partitions, [], partitions.count)
    add(.lagRecords) { Double($0.input.lag) }
    add(.lagSeconds) { job.lagSeconds($0.input) }
    add(.rebuildRecords) { Double($0.input.rebuildingLeft) }
    add(.watermarkDelay) { job.watermarkDelay($0) }
    add(.heldUp) { $0.input.isHeldUp ? 1 : 0 }
    page.add(.rebalances, ["assigned"], job.feeder.assignedCount)
    page.add(.rebalances, ["revoked"], job.feeder.revokedCount)
    page.add(.rebalances, ["lost"], job.feeder.lostCount)
    page.add(.waits, [], job.feeder.waitsCount)
    for (shard, ring) in job.pipeline.rings.enumerated() {
      page.add(.ringFill, ["\(shard)", "input"], ring.input)
      page.add(.ringFill, ["\(shard)", "output"], ring.output)
    }
    if let ring = job.pipeline.rings.first {
      page.add(.ringCapacity, ["input"], ring.inputCapacity)
      page.add(.ringCapacity, ["output"], ring.outputCapacity)
    }
  }

  private static func write(outputs job: JobObservation, to page: inout MetricsPage) {
    page.add(.freshness, job.pipeline.freshness)
    page.add(.commits, job.pipeline.commits)
    page.add(.commitAge, [], job.seconds(since: job.pipeline.commitEnded ?? job.started))
    page.add(.checkpointSets, [], job.feeder.checkpointsCount)
    if job.feeder.makesCheckpoints {
      let began = job.feeder.checkpoints?.sequence ?? job.startedAt.milliseconds
      page.add(.checkpointTime, [], Double(began) / 1_000)
      page.add(.checkpointBytes, [], Int(job.feeder.checkpoints?.bytes ?? 0))
      page.add(.checkpointWholeBytes, [], Int(job.feeder.checkpoints?.wholeBytes ?? 0))
    }
    let partitions = job.partitions
    page.add(.accounts, [], partitions.reduce(0) { $0 + ($1.progress?.accounts ?? 0) })
    page.add(.accountBytes, [], partitions.reduce(0) { $0 + ($1.progress?.bytes ?? 0) })
    let limits = job.limits
    page.add(.accountsMax, [], Double(limits.accountsMax) * Double(partitions.count))
    page.add(.accountBytesMax, [], Double(limits.bytesMax) * Double(partitions.count))
    let census = job.census
    for (place, band) in job.bands.enumerated() {
      page.add(.bands, [band], Int(census.bands[place]))
    }
    page.add(.bands, ["none"], Int(census.bands[HealthCensus.noBand]))
    for (place, quadrant) in Quadrant.allCases.enumerated() {
      page.add(.quadrants, [quadrant.rawValue], Int(census.quadrants[place]))
    }
    let totals = job.pipeline.totals
    page.add(.scores, [], totals.scores)
    page.add(.alertChanges, [AlertState.firing.rawValue], totals.alertsFiring)
    page.add(.alertChanges, [AlertState.recovering.rawValue], totals.alertsRecovering)
    page.add(.alertChanges, [AlertState.resolved.rawValue], totals.alertsResolved)
    page.add(.alertsOpen, [AlertState.firing.rawValue], Int(census.firing))
    page.add(.alertsOpen, [AlertState.recovering.rawValue], Int(census.recovering))
  }

  private static func write(kafka job: JobObservation, to page: inout MetricsPage) {
    let clients = [("consumer", job.consumer), ("producer", job.producer)]
    func add(_ metric: MetricName, _ value: (ClientStatistics) -> Double) {
      for (client, statistics) in clients {
        page.add(metric, [client], value(statistics ?? ClientStatistics()))
      }
    }
    add(.brokersUp) { Double($0.brokersUp) }
    add(.brokersKnown) { Double($0.brokersKnown) }
    add(.kafkaErrors) { Double($0.errors) }
    add(.kafkaRetries) { Double($0.retries) }
    add(.kafkaTimeouts) { Double($0.timeouts) }
    add(.kafkaSentBytes) { Double($0.sentBytes) }
    add(.kafkaReceivedBytes) { Double($0.receivedBytes) }
    add(.kafkaSentRecords) { Double($0.sentRecords) }
    add(.kafkaReceivedRecords) { Double($0.receivedRecords) }
    add(.kafkaQueuedRecords) { Double($0.queuedRecords) }
    add(.kafkaQueuedBytes) { Double($0.queuedBytes) }
    add(.kafkaRoundTrip) { Double($0.roundTripMicroseconds) / 1e6 }
  }
}
