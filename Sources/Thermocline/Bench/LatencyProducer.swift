internal import ThermoclineCore
internal import ThermoclineKafka

/// Sends the events of a plan when they are due; when it is late it sends at once what is overdue.
struct LatencyProducer: Sendable {
  private let plan: LatencyPlan
  private let producer: KafkaProducer
  private let topic: KafkaTopic

  init(_ kafka: KafkaSettings, _ plan: LatencyPlan) throws(JobFailure) {
    self.plan = plan
    var settings = kafka
    settings["linger.ms"] = "1"
    settings["compression.type"] = "lz4"
    settings["acks"] = "all"
    do throws(KafkaError) {
      producer = try KafkaProducer(settings)
      topic = try producer.topic(PipelineBench.topic)
    } catch { throw JobFailure(.unavailable, "\(error)") }
  }

  /// One event of an account that the plan does not know.
  func sendFirst() throws(JobFailure) {
    do throws(KafkaError) {
      try send("account-first", 0)
      try producer.flush(timeoutMilliseconds: 10_000)
    } catch { throw JobFailure(.unavailable, "\(error)") }
  }

  func run(begun: UInt64) -> Result<Void, JobFailure> {
    do throws(KafkaError) {
      var sent = 0
      while sent < plan.events {
        let now = monotonicNanoseconds()
        let due = now < begun ? 0 : plan.dueCount(after: now - begun)
        if sent >= due {
          producer.poll(timeoutMilliseconds: 1)
          continue
        }
        let milliseconds = wallClock().milliseconds
        while sent < due {
          try send(LatencyPlan.name(of: plan.account(of: sent)), milliseconds)
          sent += 1
        }
        producer.poll(timeoutMilliseconds: 0)
      }
      try producer.flush(timeoutMilliseconds: 30_000)
      if let error = producer.deliveries.firstError { throw error }
      return .success(())
    } catch { return .failure(JobFailure(.unavailable, "producing failed: \(error)")) }
  }

  private func send(_ account: String, _ milliseconds: Int64) throws(KafkaError) {
    let time = milliseconds == 0 ? wallClock().milliseconds : milliseconds
    let text =
      "{\"id\":\"evt\",\"type\":\"feature_click\",\"account\":\"\(account)\",\"user\":\"u-1\",\"ts\":"
      + "\(time),\"feature\":\"export\"}"
    let key = Array(account.utf8)
    let value = Array(text.utf8)
    while try producer.produce(to: topic, key: key, value: value) == .queueFull {
      producer.poll(timeoutMilliseconds: 1)
    }
  }
}
