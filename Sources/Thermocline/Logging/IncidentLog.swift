internal import Logging
internal import Synchronization
internal import ThermoclineKafka

/// Says what goes wrong between the job and its brokers: a line an incident, with what to do. Any thread.
final class IncidentLog: Sendable {
  private let log: Logger
  private let tally = Mutex(IncidentTally())
  private let timer = Mutex<RepeatingTimer?>(nil)

  init(_ log: Logger) {
    self.log = log
    let timer = RepeatingTimer("thermocline.incidents", seconds: 10) { [weak self] in
      self?.sweep()
    }
    self.timer.withLock { $0 = timer }
  }

  /// A client's error.
  func note(_ error: KafkaError, _ message: StaticString = "kafka") {
    note(error.name, error.message, "\(message)", todo: KafkaRemedy.text(error.code))
  }

  /// Something of a kind that may repeat itself, and what to do about it.
  func note(_ kind: String, _ text: String, _ message: String, todo: String) {
    let line = tally.withLock { $0.note(kind, text, now: monotonicNanoseconds()) }
    switch line {
    case .begins(let kind, let text):
      log.warning(
        "\(message)", metadata: ["error": "\(text)", "code": "\(kind)", "todo": "\(todo)"])
    case .goesOn(let kind, let count, let text):
      log.warning(
        "\(message), still",
        metadata: ["error": "\(text)", "code": "\(kind)", "times": "\(count)", "todo": "\(todo)"])
    case .isOver, nil: break
    }
  }

  /// Says what is over.
  func sweep() {
    for line in tally.withLock({ $0.sweep(now: monotonicNanoseconds()) }) {
      guard case .isOver(let kind, let count, let seconds) = line else { continue }
      log.info(
        "over for a minute",
        metadata: ["code": "\(kind)", "times": "\(count)", "seconds": "\(seconds)"])
    }
  }
}
