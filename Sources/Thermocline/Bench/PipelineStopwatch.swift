/// Looks at the process from the first messages on, so that joining a group is in no figure.
struct PipelineStopwatch {
  private let messages: Int
  private let usage = ProcessUsage.now()
  private let threads = ThreadUsage.now()

  /// `messages`: read already.
  init(messages: Int) { self.messages = messages }

  func read(messages total: Int) -> PipelineReading {
    let threadsNow = ThreadUsage.now()
    let expense = Expense(since: usage)
    let broker = threadsNow.seconds(of: ThreadUsage.broker, since: threads)
    var shares: [(name: String, seconds: Double)] = []
    for name in threadsNow.seconds.keys.sorted() {
      shares.append((name, threadsNow.seconds(of: name, since: threads)))
    }
    return PipelineReading(
      messages: total - messages, seconds: expense.seconds,
      cpuSeconds: max(0, expense.cpuSeconds - broker), brokerSeconds: broker,
      threads: shares.filter { $0.seconds > 0.005 })
  }
}

/// One passage over the log.
package struct PipelineReading: Sendable {
  package var messages: Int
  package var seconds: Double
  /// Without the broker's, where it can be told apart.
  package var cpuSeconds: Double
  package var brokerSeconds: Double
  /// Processor seconds by thread name.
  package var threads: [(name: String, seconds: Double)]

  var messagesPerSecond: Double { Double(messages) / max(seconds, 1e-9) }
  var nanosecondsPerMessage: Double { cpuSeconds / Double(max(messages, 1)) * 1e9 }
}
