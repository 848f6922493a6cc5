package import ThermoclineCodec
internal import ThermoclineCore
package import ThermoclineKafka

/// Reads files or a topic as the job would and tells of each event what it is, or why it is refused. Changes and
/// commits nothing.
package struct InspectJob: Sendable {
  package enum Source: Sendable {
    case files([String])
    case topic(String, KafkaSettings)
  }

  package var source: Source
  package var decoder: FormatDecoder
  /// Events and refusals to look at; nil = all there are.
  package var limit: Int?
  /// Bytes of a refused message that are shown.
  package static let excerptBytesMax = 160

  package init(_ source: Source, decoder: FormatDecoder, limit: Int? = nil) {
    self.source = source
    self.decoder = decoder
    self.limit = limit
  }

  /// Calls `show` with everything in turn. Ends at the limit, at the end of the input, or when `isStopped` says so.
  package func run(
    isStopped: @escaping () -> Bool = { false }, show: (InspectedMessage) -> Void
  ) throws(JobFailure) -> InspectSummary {
    var summary = InspectSummary(format: decoder.format.rawValue)
    func take(_ message: InspectedMessage) -> Bool {
      guard limit.map({ summary.all < $0 }) ?? true, !isStopped() else {
        summary.isComplete = false
        return false
      }
      summary.note(message)
      show(message)
      return true
    }
    switch source {
    case .files(let paths):
      for path in paths {
        guard try inspect(file: path, take) else { break }
      }
      if summary.all == 0, summary.isComplete {
        throw JobFailure(
          .noInput, "\(paths.joined(separator: ", ")): there are no events in it; check the path")
      }
    case .topic(let topic, let kafka):
      try inspect(TopicScan(topic, kafka: kafka, isStopped: isStopped), take)
    }
    return summary
  }

  private func inspect(
    file path: String, _ take: (InspectedMessage) -> Bool
  ) throws(JobFailure) -> Bool {
    do throws(ArchiveError) {
      let batch = EventBatch()
      var reader = try ArchiveEventReader(path: path, decoder: decoder)
      while true {
        let outcome = Result { () throws(ArchiveError) in try reader.next(into: batch) }
        for message in messages(of: batch, source: path) {
          guard take(message) else { return false }
        }
        if try !outcome.get() { return true }
      }
    } catch { throw ReplayJob.failure(error) }
  }

  private func inspect(
    _ scan: TopicScan, _ take: (InspectedMessage) -> Bool
  ) throws(JobFailure) {
    let batch = EventBatch()
    try scan.readToEnd { message in
      let source = "\(scan.topic)[\(message.partition)]"
      guard message.value != nil else {
        let promise = message.header("thermocline-watermark")
        return take(
          InspectedMessage(
            source: source, position: message.offset,
            outcome: promise.map { .heartbeat($0) } ?? .tombstone))
      }
      var goesOn = true
      message.decode(decoder, into: batch) { batch, format in
        for message in messages(of: batch, source: source, format) where goesOn {
          goesOn = take(message)
        }
      }
      return goesOn
    }
  }

  /// What a batch holds, by position; of one message the events first. Without a format each is told by itself.
  private func messages(
    of batch: EventBatch, source: String, _ format: InputFormat? = nil
  ) -> [InspectedMessage] {
    var messages: [InspectedMessage] = []
    var refusals = batch.refusals[...]
    for i in 0..<batch.eventsCount {
      let event = batch[i]
      while let refusal = refusals.first, refusal.position < event.position {
        messages.append(message(refusals.removeFirst(), of: batch, source, format))
      }
      messages.append(
        InspectedMessage(
          source: source, position: event.position,
          format: format ?? decoder.format(of: event.message, in: batch),
          outcome: .event(InspectedEvent(event, of: batch))))
    }
    return messages + refusals.map { message($0, of: batch, source, format) }
  }

  private func message(
    _ refusal: Refusal, of batch: EventBatch, _ source: String, _ format: InputFormat?
  ) -> InspectedMessage {
    var range = refusal.message
    let told = format ?? (range.isAbsent ? nil : decoder.format(of: range, in: batch))
    range.length = min(range.length, UInt32(Self.excerptBytesMax))
    return InspectedMessage(
      source: source, position: refusal.position, format: told,
      outcome: .refused(
        refusal.reason, detail: refusal.detail,
        excerpt: range.isAbsent ? "" : batch.string(range)))
  }
}
