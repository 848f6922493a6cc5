internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka

/// A running job's state for programs: one JSON object. Members may be added; those that are there stay what they are.
enum StatusReport {
  static func json(_ job: JobObservation) -> [UInt8] {
    var json = JSONWriter()
    json.beginObject()
    json.key("version")
    json.value(BuildInfo.version)
    json.key("time")
    json.value(job.time)
    json.key("started")
    json.value(job.startedAt)
    json.key("uptimeSeconds")
    json.readable(job.seconds(since: job.started))
    write(readiness: job, to: &json)
    write(events: job, to: &json)
    write(latency: job, to: &json)
    write(partitions: job, to: &json)
    write(accounts: job, to: &json)
    write(process: job, to: &json)
    json.endObject()
    json.endLine()
    return json.bytes
  }

  private static func write(readiness job: JobObservation, to json: inout JSONWriter) {
    let findings = Readiness.findings(job)
    json.key("ready")
    json.value(findings.isEmpty)
    json.key("reasons")
    json.beginArray()
    for finding in findings {
      json.beginObject()
      json.key("reason")
      json.value(finding.reason.rawValue)
      json.key("text")
      json.value(finding.text)
      json.endObject()
    }
    json.endArray()
  }

  private static func write(events job: JobObservation, to json: inout JSONWriter) {
    let totals = job.pipeline.totals
    json.key("eventsPerSecond")
    json.readable(job.pulse.eventsPerSecond)
    json.key("events")
    json.beginObject()
    for (name, count) in [
      ("read", totals.read), ("applied", totals.applied), ("late", totals.late),
      ("refused", totals.refused), ("duplicates", totals.duplicates), ("aliases", totals.aliases),
      ("held", totals.held),
    ] {
      json.key(name)
      json.value(Int64(count))
    }
    json.endObject()
    json.key("refusedBy")
    json.beginObject()
    for reason in RefusalReason.allCases {
      guard let count = totals.refusedBy[reason] else { continue }
      json.key(reason.rawValue)
      json.value(Int64(count))
    }
    json.endObject()
  }

  private static func write(latency job: JobObservation, to json: inout JSONWriter) {
    json.key("lagRecords")
    json.value(job.feeder.lag)
    json.key("lagSeconds")
    json.readable(job.feeder.partitions.map { job.lagSeconds($0) }.max() ?? 0)
    json.key("rebuildRecords")
    json.value(job.feeder.rebuildingLeft)
    for (name, histogram) in [
      ("freshnessSeconds", job.pipeline.freshness), ("commitSeconds", job.pipeline.commits),
    ] {
      json.key(name)
      json.beginObject()
      json.key("count")
      json.value(Int64(histogram.count))
      for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
        json.key(name)
        json.readable(histogram.quantileSeconds(share))
      }
      json.endObject()
    }
    json.key("commitAgeSeconds")
    json.readable(job.pipeline.commitEnded.map { job.seconds(since: $0) })
    json.key("checkpointed")
    json.value(job.feeder.checkpoints.map { EventTime(milliseconds: $0.sequence) })
    json.key("checkpointBytes")
    json.value(job.feeder.checkpoints?.bytes ?? 0)
    json.key("checkpointWholeBytes")
    json.value(job.feeder.checkpoints?.wholeBytes ?? 0)
  }

  private static func write(partitions job: JobObservation, to json: inout JSONWriter) {
    json.key("partitions")
    json.beginArray()
    for partition in job.partitions {
      json.beginObject()
      json.key("topic")
      json.value(partition.input.partition.topic)
      json.key("partition")
      json.value(Int64(partition.input.partition.partition))
      json.key("position")
      json.value(partition.input.position)
      json.key("lagRecords")
      json.value(partition.input.lag)
      json.key("lagSeconds")
      json.readable(job.lagSeconds(partition.input))
      json.key("rebuildRecords")
      json.value(partition.input.rebuildingLeft)
      json.key("watermark")
      let watermark = partition.progress?.watermark
      json.value(watermark.flatMap { $0 > .distantPast ? $0 : nil })
      json.key("accounts")
      json.value(Int64(partition.progress?.accounts ?? 0))
      json.key("heldUp")
      json.value(partition.input.isHeldUp)
      json.endObject()
    }
    json.endArray()
    json.key("shards")
    json.beginArray()
    for ring in job.pipeline.rings {
      json.beginObject()
      for (name, count) in [
        ("input", ring.input), ("inputCapacity", ring.inputCapacity), ("output", ring.output),
        ("outputCapacity", ring.outputCapacity),
      ] {
        json.key(name)
        json.value(Int64(count))
      }
      json.endObject()
    }
    json.endArray()
  }

  private static func write(accounts job: JobObservation, to json: inout JSONWriter) {
    let census = job.census
    let partitions = job.partitions
    json.key("accounts")
    json.value(Int64(partitions.reduce(0) { $0 + ($1.progress?.accounts ?? 0) }))
    json.key("bands")
    json.beginObject()
    for (place, band) in job.bands.enumerated() {
      json.key(band)
      json.value(Int64(census.bands[place]))
    }
    json.key("none")
    json.value(Int64(census.bands[HealthCensus.noBand]))
    json.endObject()
    json.key("quadrants")
    json.beginObject()
    for (place, quadrant) in Quadrant.allCases.enumerated() {
      json.key(quadrant.rawValue)
      json.value(Int64(census.quadrants[place]))
    }
    json.endObject()
    json.key("scores")
    json.value(Int64(job.pipeline.totals.scores))
    json.key("alerts")
    json.beginObject()
    for (name, count) in [
      ("firing", Int(census.firing)), ("recovering", Int(census.recovering)),
      ("changes", job.pipeline.totals.alerts),
    ] {
      json.key(name)
      json.value(Int64(count))
    }
    json.endObject()
    json.key("newestAlerts")
    json.beginArray()
    for alert in job.pipeline.newestAlerts { json.raw(alert) }
    json.endArray()
  }

  private static func write(process job: JobObservation, to json: inout JSONWriter) {
    json.key("residentBytes")
    json.value(Int64(job.residentBytes))
    json.key("accountBytes")
    json.value(Int64(job.partitions.reduce(0) { $0 + ($1.progress?.bytes ?? 0) }))
    json.key("processorSeconds")
    json.readable(job.usage.userSeconds + job.usage.systemSeconds)
    json.key("brokersUp")
    json.value(Int64(job.consumer?.brokersUp ?? 0))
    json.key("brokersKnown")
    json.value(Int64(job.consumer?.brokersKnown ?? 0))
  }
}
