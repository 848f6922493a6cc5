package import ThermoclineCodec
internal import ThermoclineCore
package import ThermoclineKafka

/// Sends refused messages to the input again: key, payload and headers as they came, to the partition they came from.
///
/// What would be refused again is not sent unless forced. Whether an event is late, or one account too many, only the
/// running job can tell: such letters are sent when their reason is named. Nothing is deleted and nothing is
/// remembered; the summary says which offsets were sent.
package struct RedriveJob: Sendable {
  /// The dead-letter topic.
  package var topic: String
  package var kafka: KafkaSettings
  package var decoder: FormatDecoder
  package var selection = DeadLetterSelection()
  /// Instead of the topic each message came from.
  package var target: String?
  /// Send; otherwise only say what would be sent.
  package var sends = false
  /// Send what would be refused again, too.
  package var isForced = false

  /// Reasons that depend on more than the message.
  private static let judgedByTheJob: Set<String> = [
    RefusalReason.late.rawValue, RefusalReason.tooManyAccounts.rawValue,
    RefusalReason.noAccount.rawValue,
  ]
  /// The header of a message that was sent again: the dead letter it was.
  package static let header = "thermocline-redriven"

  package init(topic: String, kafka: KafkaSettings, decoder: FormatDecoder) {
    self.topic = topic
    self.kafka = kafka
    self.decoder = decoder
  }

  /// Reads the letters that are there now, once. `progress` is called with the letters read.
  package func run(
    isStopped: @escaping () -> Bool = { false }, progress: (_ read: Int) -> Void = { _ in }
  ) throws(JobFailure) -> RedriveSummary {
    var summary = RedriveSummary(topic: topic, isSent: sends)
    let scan = try TopicScan(topic, kafka: kafka, isStopped: isStopped)
    let outlet = sends ? try RedriveOutlet(from: topic, kafka) : nil
    let batch = EventBatch()
    let isWhole = try scan.readToEnd { message throws(JobFailure) in
      let letter = DeadLetter(message)
      summary.read += 1
      progress(summary.read)
      guard selection.takes(letter) else { return true }
      summary.selected += 1
      guard let target = judge(letter, batch, &summary) else { return true }
      try outlet?.send(letter, to: target)
      summary.note(sent: letter, to: target)
      return true
    }
    summary.isInterrupted = !isWhole
    try outlet?.finish()
    return summary
  }

  /// Where a letter is to go; nil when it stays, which is counted.
  private func judge(
    _ letter: DeadLetter, _ batch: EventBatch, _ summary: inout RedriveSummary
  ) -> String? {
    guard !letter.value.isEmpty else {
      summary.empty += 1
      return nil
    }
    guard let target = target ?? letter.sourceTopic else {
      summary.homeless += 1
      return nil
    }
    if !isForced {
      if Self.judgedByTheJob.contains(letter.reason), !selection.reasons.contains(letter.reason) {
        summary.unnamed[letter.reason, default: 0] += 1
        return nil
      }
      if letter.headersLeftOut > 0 {
        summary.incomplete += 1
        return nil
      }
      if let reason = refusal(of: letter, batch) {
        summary.stillRefused[reason.rawValue, default: 0] += 1
        return nil
      }
    }
    return target
  }

  /// Why the message would be refused again; nil when it would not.
  private func refusal(of letter: DeadLetter, _ batch: EventBatch) -> RefusalReason? {
    var reason: RefusalReason?
    letter.message.decode(decoder, into: batch) { batch, _ in
      reason = reason ?? batch.refusals.first?.reason
    }
    return reason
  }
}
