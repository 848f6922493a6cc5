internal import Synchronization
internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka
package import ThermoclineServer

/// Looks at a running job once a second, and whenever it is asked.
package final class JobTelemetry: Sendable {
  private let job: StreamingJob
  private let certificate: CertificateHolder?
  private let startedAt: EventTime
  private let started: UInt64
  private let beats: Beats
  private let timer: RepeatingTimer

  /// `certificate`: what the job's server shows; nil = without TLS.
  package init(_ job: StreamingJob, certificate: CertificateHolder? = nil) {
    self.job = job
    self.certificate = certificate
    startedAt = wallClock()
    started = monotonicNanoseconds()
    let beats = Beats()
    self.beats = beats
    timer = RepeatingTimer("thermocline.telemetry", seconds: 1) { beats.take(Self.beat(of: job)) }
  }

  /// All there is to say now. Any thread.
  package var observation: JobObservation {
    JobObservation(
      time: wallClock(), now: monotonicNanoseconds(), startedAt: startedAt, started: started,
      pipeline: job.pipeline.snapshot, feeder: job.feederSnapshot, formats: job.formatCounts,
      bands: job.bands, limits: job.settings.windows, consumer: Self.read(job.consumerStatistics),
      producer: Self.read(job.producerStatistics), profiles: job.profileCounts,
      overrides: job.overrideCounts, alertControls: job.controlCounts,
      certificateExpires: certificate?.current.expires, usage: ProcessUsage.now(),
      residentBytes: ProcessUsage.residentBytes(), pulse: beats.pulse)
  }

  private static func beat(of job: StreamingJob) -> JobPulse.Beat {
    let (pipeline, feeder) = (job.pipeline.snapshot, job.feederSnapshot)
    let taken = feeder.partitions.reduce(Int64(0)) { $0 &+ $1.position }
    let published = pipeline.progress.reduce(Int64(0)) { $0 &+ $1.nextPosition }
    return JobPulse.Beat(
      now: monotonicNanoseconds(), time: wallClock(), read: pipeline.totals.read,
      progress: taken &+ published,
      // The mark at a transaction's end is no record but has an offset: one may stand at each log's end for ever.
      lag: feeder.partitions.reduce(0) { $0 + max(0, $1.lag - 1) },
      isLost: feeder.isLost)
  }

  /// What the timer feeds and everybody reads.
  private final class Beats: Sendable {
    private let state = Mutex(JobPulse())

    func take(_ beat: JobPulse.Beat) { state.withLock { $0.take(beat) } }

    var pulse: JobPulse { state.withLock { $0 } }
  }

  private static func read(_ statistics: [UInt8]?) -> ClientStatistics? {
    statistics.flatMap { try? ClientStatistics($0) }
  }
}
