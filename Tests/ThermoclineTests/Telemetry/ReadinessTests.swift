import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineKafka

@testable import Thermocline

@Suite struct ReadinessTests {
  private func reasons(_ change: (inout JobObservation) -> Void) -> [Readiness.Reason] {
    var job = JobObservation.healthy()
    change(&job)
    return Readiness.findings(job).map(\.reason)
  }

  /// Seconds before the moment that is observed.
  private func ago(_ seconds: UInt64, _ job: JobObservation) -> UInt64 {
    job.now - seconds * 1_000_000_000
  }

  @Test func aJobThatWorksIsReady() {
    #expect(reasons { _ in } == [])
    #expect(Readiness.deadReason(.healthy()) == nil)
  }

  @Test func aMemberWithoutPartitionsIsReady() {
    #expect(reasons { $0.feeder.partitions = [] } == [])
  }

  @Test func whatStandsInTheWayIsSaid() {
    #expect(reasons { $0.feeder = FeederSnapshot() } == [.starting])
    #expect(reasons { $0.feeder.partitions[0].position = 40 } == [.rebuilding])
    #expect(
      reasons { $0.pipeline.failure = OutputSinkError("no room") } == [.outputsFailed])
    #expect(reasons { $0.pipeline.commitBegan = ago(59, $0) } == [])
    #expect(reasons { $0.pipeline.commitBegan = ago(61, $0) } == [.commitStuck])
    var statistics = ClientStatistics()
    #expect(reasons { $0.consumer = statistics } == [], "it has not connected yet")
    statistics.brokersKnown = 3
    #expect(reasons { $0.consumer = statistics } == [.brokersDown])
    statistics.brokersUp = 1
    #expect(reasons { $0.consumer = statistics } == [])
  }

  @Test func whatOnlyShowsOverTime() {
    func pulse(_ job: JobObservation, _ seconds: UInt64, lag: Int64 = 0, isLost: Bool = false)
      -> JobPulse
    {
      var pulse = JobPulse()
      for back in [seconds, seconds - 1] {
        pulse.take(
          JobPulse.Beat(
            now: ago(back, job), time: job.time - .seconds(Int64(back)), lag: lag, isLost: isLost))
      }
      return pulse
    }
    #expect(reasons { $0.pulse = pulse($0, 59, lag: 5) } == [])
    #expect(reasons { $0.pulse = pulse($0, 62, lag: 5) } == [.noProgress])
    #expect(reasons { $0.pulse = pulse($0, 59, isLost: true) } == [])
    #expect(reasons { $0.pulse = pulse($0, 62, isLost: true) } == [.groupLost])
    func jump(_ job: JobObservation, _ seconds: UInt64) -> JobPulse {
      var pulse = JobPulse()
      pulse.take(JobPulse.Beat(now: ago(seconds + 1, job), time: job.time))
      pulse.take(JobPulse.Beat(now: ago(seconds, job), time: job.time + .hours(1)))
      return pulse
    }
    #expect(reasons { $0.pulse = jump($0, 500) } == [.clock])
    #expect(reasons { $0.pulse = jump($0, 601) } == [])
  }

  @Test func everyReasonSaysWhatToLookAt() {
    var job = JobObservation.healthy()
    job.pipeline.commitBegan = ago(75, job)
    let findings = Readiness.findings(job)
    #expect(findings.count == 1 && findings[0].text.contains("75 s"))
    #expect(findings[0].text.contains("min.insync.replicas"))
    job.pipeline.commitBegan = nil
    job.pipeline.waiting = OutputWait(since: ago(76, job), reason: "8 outputs wait")
    let waiting = Readiness.findings(job)
    #expect(waiting.map(\.reason) == [.commitStuck])
    #expect(waiting[0].text.contains("76 s: 8 outputs wait"))
  }

  @Test func aProcessWhoseReadingThreadIsSilentIsDead() {
    var job = JobObservation.healthy()
    job.feeder.at = ago(301, job)
    #expect(Readiness.deadReason(job)?.contains("301 s") == true)
    job.feeder.at = 0
    #expect(Readiness.deadReason(job) == nil, "it reads profiles and did not begin yet")
  }
}
