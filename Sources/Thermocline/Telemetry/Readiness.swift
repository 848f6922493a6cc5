internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineKafka

/// Whether a job does its work, and if not, why and what to do. A pure function of what was observed.
package enum Readiness {
  /// Why a job is not ready. The raw value is a label of `thermocline_not_ready` and stays what it is.
  package enum Reason: String, CaseIterable, Sendable {
    case starting
    case rebuilding
    case outputsFailed = "outputs_failed"
    case commitStuck = "commit_stuck"
    case noProgress = "no_progress"
    case groupLost = "group_lost"
    case brokersDown = "brokers_down"
    case clock
  }

  /// A reason in words.
  package struct Finding: Sendable, Equatable {
    package var reason: Reason
    /// What is the matter and what to do, in one line.
    package var text: String
  }

  /// A commit takes milliseconds; one that takes so long does not end.
  static let commitSecondsMax = 60.0
  /// Nothing taken for so long while records wait.
  static let stallSecondsMax = 60.0
  /// A rebalance is over before.
  static let lostSecondsMax = 60.0
  /// For so long after a jump of the clock its consequences may show.
  static let clockSeconds = 600.0
  /// The reading thread says something a few times a second. It waits for the broker for half a minute at most.
  static let feederSecondsMax = 300.0

  /// What stands in the way of the job's work; empty = ready.
  package static func findings(_ job: JobObservation) -> [Finding] {
    var findings: [Finding] = []
    func say(_ reason: Reason, _ text: String) {
      findings.append(Finding(reason: reason, text: text))
    }
    if let failure = job.pipeline.failure { say(.outputsFailed, "\(failure)") }
    if job.feeder.assignedCount == 0 {
      say(
        .starting,
        "no partition was assigned yet; should it last, look whether the group has other members or brokers"
      )
    }
    let left = job.feeder.rebuildingLeft
    if left > 0 { say(.rebuilding, "\(left) records left to read before anything is published") }
    let pipeline = job.pipeline
    if let began = [pipeline.commitBegan, pipeline.waiting?.since].compactMap({ $0 }).min(),
      job.seconds(since: began) > commitSecondsMax
    {
      let why = pipeline.waiting.map { ": \($0.reason)" } ?? ""
      say(
        .commitStuck,
        "nothing has been committed for \(Int(job.seconds(since: began))) s\(why); look at the brokers and at "
          + "min.insync.replicas of the output topics, the job goes on by itself")
    }
    if let since = job.pulse.stalledSince, job.seconds(since: since) > stallSecondsMax {
      say(
        .noProgress,
        "\(job.feeder.lag) records wait and none was taken for \(Int(job.seconds(since: since))) s; look at "
          + "the log, then restart this instance")
    }
    if let since = job.pulse.lostSince, job.seconds(since: since) > lostSecondsMax {
      say(
        .groupLost,
        "the group took all partitions away \(Int(job.seconds(since: since))) s ago; look at the broker's "
          + "coordinator and at session.timeout.ms")
    }
    if let consumer = job.consumer, consumer.brokersKnown > 0, consumer.brokersUp == 0 {
      say(
        .brokersDown,
        "none of \(consumer.brokersKnown) brokers is connected; look at them, the job goes on by itself"
      )
    }
    if let jump = job.pulse.lastJump, job.seconds(since: jump.at) < clockSeconds {
      say(
        .clock,
        "the system's clock jumped by \(jump.span) \(Int(job.seconds(since: jump.at))) s ago; look at its "
          + "synchronisation: events are judged by it")
    }
    return findings
  }

  /// Why the process should be killed and started again; nil while it is alive.
  package static func deadReason(_ job: JobObservation) -> String? {
    if let failure = job.pipeline.failure { return "\(failure)" }
    guard job.feeder.at > 0, job.seconds(since: job.feeder.at) > feederSecondsMax else {
      return nil
    }
    return "the reading thread has said nothing for \(Int(job.seconds(since: job.feeder.at))) s"
  }
}
