import ThermoclineCore
import ThermoclineWindows

@testable import ThermoclineEngine
@testable import ThermoclineHealth

/// A job of two partitions, one of them fed for some weeks: what it says is what its readers are fuzzed from.
enum SmallJob {
  nonisolated(unsafe) static let plan = PolicyPlan(.standard)
  /// Of the policy: it is worked out of the whole policy's text.
  static let fingerprint = plan.fingerprint
  static let exchange = SegmentExchange(keys: ["0", "1"])
  /// A Monday.
  static let start = EventTime(year: 2025, month: 1, day: 6)

  static func model() -> HealthModel {
    guard let model = try? HealthModel(plan, profiles: ProfileBook(), exchange: exchange) else {
      fatalError("the built-in policy has no windows")
    }
    return model
  }

  /// What the fed partition said to the other instances, and its checkpoint.
  nonisolated(unsafe) static let said:
    (days: [[UInt8]], checkpoint: [(key: String, value: [UInt8])]) = {
      let model = SmallJob.model()
      model.board.setIdle(1)
      let settings = WindowSettings(
        outOfOrderness: .minutes(1), allowedLateness: .hours(1), hashSeed: 7)
      let work = PartitionRunner(
        PartitionProcessor(
          partition: 0, store: WindowStore(plan: model.windows, settings: settings),
          observer: HealthObserver(model, partition: 0)))
      let output = OutputBatch()
      let batch = EventBatch()
      for hour in 0..<Int64(35 * 24) {
        batch.clear()
        for account in 0..<3 where (hour + Int64(account)) % 5 == 0 {
          batch.append(
            type: hour % 2 == 0 ? "login" : "bot_call", account: "account-\(account)",
            user: "user-\(hour % 4)", at: start + .hours(hour))
        }
        batch.nextPosition = hour + 1
        require(work.process(batch, from: 0, into: output) == nil)
      }
      work.settle(output)
      let request = CheckpointRequest(
        name: "job/events/0", slot: .a, sequence: 1, fingerprint: 7, takenAt: start)
      let checkpoint = OutputBatch()
      work.noteCommitted(work.said.days)
      guard case .made = work.checkpoint(request, checkpoint) else {
        fatalError("a partition alone had something to settle with others")
      }
      return (
        output.values(of: .segments).map(\.value), checkpoint.values(of: .checkpoints)
      )
    }()
}

extension OutputBatch {
  func values(of stream: OutputStream) -> [(key: String, value: [UInt8])] {
    records.filter { $0.stream == stream }.map {
      (String(decoding: bytes[$0.key], as: UTF8.self), Array(bytes[$0.value]))
    }
  }
}

extension EventBatch {
  fileprivate func append(type: String, account: String, user: String, at time: EventTime) {
    func put(_ text: String) -> ByteRange {
      Array(text.utf8).withUnsafeBytes { append(bytes: $0) ?? .absent }
    }
    var record = EventRecord()
    record.time = time.milliseconds
    record.valueMicros = 1_000_000
    record.type = put(type)
    record.account = put(account)
    record.user = put(user)
    append(record)
  }
}
