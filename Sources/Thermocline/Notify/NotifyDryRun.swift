internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineKafka
internal import ThermoclineNotify

/// Shows what would be sent, to whom and in how many requests, without sending, committing or reading a secret. The clock is
/// that of the alerts, so that a storm in them is one here.
package struct NotifyDryRun {
  private let setups: [SinkSetup]
  private let configuration: NotifyConfiguration

  package init(_ configuration: NotifyConfiguration) throws(JobFailure) {
    self.configuration = configuration
    var setups: [SinkSetup] = []
    for sink in configuration.sinks {
      setups.append(try SinkSetup(sink, of: configuration, environment: nil))
    }
    self.setups = setups
  }

  private typealias Message = (index: Int, alert: HealthAlert, bytes: Int)

  /// Of a replay's `alerts.ndjson`. `show` gets one line of JSON for each request. A line that is no alert ends it before
  /// anything is shown: such a file is not what a replay writes.
  package func run(file: String, show: (String) -> Void) throws(JobFailure) {
    var messages: [Message] = []
    let lines = try Inputs.bytes(file, status: .noInput)
      .split(separator: 10, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty {
      do throws(OutputDecodingError) {
        messages.append((index, try HealthAlertDecoder.decode(Array(line)), line.count))
      } catch {
        throw JobFailure(.badData, "\(file):\(index + 1): no alert: \(error)")
      }
    }
    self.show(messages, show)
  }

  /// Of the topic as it is now. The result is the number of messages that are no alerts, which a notifier would put with
  /// the dead letters.
  package func runTopic(
    isStopped: @escaping () -> Bool, show: (String) -> Void
  ) throws(JobFailure) -> Int {
    var (messages, unreadable): ([Message], Int) = ([], 0)
    let scan = try TopicScan(
      configuration.base.output.alerts, kafka: configuration.base.kafkaSettings,
      isStopped: isStopped)
    try scan.readToEnd { message in
      guard let value = message.output else { return true }
      if let alert = try? HealthAlertDecoder.decode(value) {
        messages.append((messages.count, alert, value.count))
      } else {
        unreadable += 1
      }
      return true
    }
    self.show(messages, show)
    return unreadable
  }

  private func show(_ alerts: [Message], _ show: (String) -> Void) {
    for setup in setups {
      var plan = setup.plan
      plan.refresh = nil
      var outbox = Outbox(setup.sink, plan, seed: 1)
      outbox.begin(partition: 0, at: 0)
      outbox.isReady(partition: 0)
      var now: UInt64 = 0
      for (index, alert, bytes) in alerts {
        // Within what a count of nanoseconds holds, with room for the waits that are added: until the year 2262.
        let milliseconds = min(
          UInt64(clamping: alert.at.milliseconds), UInt64(Int64.max) / 1_000_000)
        let time = milliseconds * 1_000_000
        drain(setup, &outbox, &now, until: time, show)
        now = max(now, time)
        while outbox.isFull {
          let end = now + 1_000_000_000
          drain(setup, &outbox, &now, until: end, show)
          now = max(now, end)
        }
        outbox.take(
          alert, at: AlertPlace(partition: 0, offset: Int64(index)), bytes: bytes, now: now)
      }
      drain(setup, &outbox, &now, until: .max, show)
    }
  }

  private func drain(
    _ setup: SinkSetup, _ outbox: inout Outbox, _ now: inout UInt64, until end: UInt64,
    _ show: (String) -> Void
  ) {
    while true {
      switch outbox.step(now) {
      case .send(let shipment):
        let time = EventTime(milliseconds: Int64(now / 1_000_000))
        show(line(setup, setup.sink.request(for: shipment, at: time)))
        _ = outbox.settle(.accepted, now: now)
      case .wait(let time?) where time <= end: now = max(now + 1, time)
      case .wait: return
      }
    }
  }

  private func line(_ setup: SinkSetup, _ request: SinkRequest) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("sink")
    writer.value(setup.name)
    writer.key("url")
    writer.value("\(setup.address)".replacing("https://hidden.invalid/…", with: "(hidden)"))
    writer.key("path")
    writer.value(request.path)
    writer.key("headers")
    writer.beginObject()
    for field in setup.headers(of: request) {
      writer.key(field.name)
      let isSecret = [WebhookSignature.header, "authorization"].contains(field.name)
      writer.value(isSecret ? "(hidden)" : field.value)
    }
    writer.endObject()
    writer.key("body")
    writer.raw(request.body)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
