import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

/// What the processes read and make of it, and what an undisturbed run makes of the same.
final class Workload {
  /// Accounts of a partition are of no other. Where scores are made all inputs end on the same day: nobody comes further than a
  /// day after the others.
  let inputs: [[TestEvent]]
  let isHealth: Bool
  /// Whether the processes tell each other of days; one alone need not.
  var isExchanging = true
  private var availableCount: Int
  private static let windows = try! WindowPlan([
    WindowedQuantity(.count, length: .hours(3), slide: .hours(1)),
    WindowedQuantity(.distinctUsers, length: .hours(3), slide: .hours(1)),
  ])
  private static let policy = PolicyPlan(Policy.standard)
  private static let settings = WindowSettings(
    outOfOrderness: .minutes(10), allowedLateness: .hours(1))
  private static let start = EventTime(year: 2025, month: 1, day: 6).milliseconds

  init(_ generator: inout SeededGenerator) {
    // Scores and alerts cost far more time than window rows, and what is delivered is delivered alike.
    let isHealth = Int.random(in: 0..<16, using: &generator) == 0
    self.isHealth = isHealth
    let partitions = Int.random(in: 1...(isHealth ? 3 : 4), using: &generator)
    var inputs: [[TestEvent]] = []
    for partition in 0..<partitions {
      let count = Int.random(in: 10...(isHealth ? 60 : 80), using: &generator)
      let span: Int64 = isHealth ? 20 * 86_400_000 : 24 * 3_600_000
      var events = (0..<count).map { _ in
        TestEvent(
          ["login", "bot_call", "feature_click"].randomElement(using: &generator)!,
          account: "p\(partition)-\(Int.random(in: 0..<3, using: &generator))",
          user: "u\(Int.random(in: 0..<3, using: &generator))",
          time: Self.start + Int64.random(in: 0..<span, using: &generator))
      }
      events.sort { ($0.time, $0.account, $0.user) < ($1.time, $1.account, $1.user) }
      // Some come late.
      for index in events.indices.dropFirst() where Int.random(in: 0..<6, using: &generator) == 0 {
        events.swapAt(index, index - 1)
      }
      if isHealth {
        events.append(
          TestEvent(
            "login", account: "p\(partition)-0", user: "u0",
            time: Self.start + span + Int64.random(in: 3_600_000..<80_000_000, using: &generator)))
      }
      inputs.append(events)
    }
    self.inputs = inputs
    availableCount = Int.random(in: 5...80, using: &generator)
  }

  func grow(by count: Int) { availableCount += count }

  func available(_ partition: Int) -> Int { min(availableCount, inputs[partition].count) }

  /// What the partitions of a process share; nil where no scores are made.
  func model() -> HealthModel? {
    guard isHealth else { return nil }
    let exchange =
      isExchanging ? SegmentExchange(keys: inputs.indices.map { "job/events/\($0)" }) : nil
    return try! HealthModel(Self.policy, profiles: ProfileBook(), exchange: exchange)
  }

  /// The last midnight of which everything is said in the end.
  var lastDay: EventTime {
    isHealth ? EventTime(milliseconds: Self.start) + .days(20) : .distantPast
  }

  /// A partition's work, from its first event on.
  static func work(_ partition: Int, _ model: HealthModel?) -> any PartitionWork {
    if let model {
      return PartitionRunner(
        PartitionProcessor(
          partition: partition, store: WindowStore(plan: model.windows, settings: settings),
          observer: HealthObserver(model, partition: partition)))
    }
    return PartitionRunner(
      PartitionProcessor(
        partition: partition, store: WindowStore(plan: windows, settings: settings),
        observer: WindowRows(windows, names: ["events", "users"], writes: true)))
  }

  /// Where what a `read_committed` reader sees differs from what an undisturbed run says.
  func differences(from logs: [OutputLog]) -> [String] {
    let expected = undisturbed()
    var seen: [String: [[UInt8]]] = [:]
    for log in logs {
      for record in log.committed where Self.isFinal(record.stream) {
        seen["\(record.stream) \(record.key)", default: []].append(record.value)
      }
    }
    return Set(expected.keys).union(seen.keys).sorted().compactMap { name in
      var (want, have) = (expected[name] ?? [], seen[name] ?? [])
      if name.hasPrefix("\(OutputStream.rollups) ") {
        // Those of two midnights may be said by two partitions, in either order.
        want.sort { $0.lexicographicallyPrecedes($1) }
        have.sort { $0.lexicographicallyPrecedes($1) }
      }
      guard want != have else { return nil }
      let place = zip(want, have).prefix { $0 == $1 }.count
      return
        "\(name): \(have.count) records instead of \(want.count), different from number \(place) on"
    }
  }

  /// One process with all partitions, which go on side by side.
  private func undisturbed() -> [String: [[UInt8]]] {
    let model = model()
    let output = OutputBatch()
    let works = inputs.indices.map { Self.work($0, model) }
    var left: [(partition: Int, batch: EventBatch, place: Int)] = inputs.indices.map {
      let batch = EventBatch(bytesCapacity: 1 << 16)
      for event in inputs[$0] { batch.append(event) }
      batch.nextPosition = Int64(inputs[$0].count)
      return ($0, batch, 0)
    }
    while !left.isEmpty {
      left = left.compactMap { partition, batch, place in
        works[partition].process(batch, from: place, into: output).map { (partition, batch, $0) }
      }
    }
    for work in works { work.settle(output) }
    var said: [String: [[UInt8]]] = [:]
    for record in output.records where Self.isFinal(record.stream) {
      let name = "\(record.stream) \(String(decoding: output.bytes[record.key], as: UTF8.self))"
      said[name, default: []].append(Array(output.bytes[record.value]))
    }
    return said
  }

  /// Early scores come when a job has time for them; everything else is a function of the events.
  private static func isFinal(_ stream: OutputStream) -> Bool {
    stream != .scores && stream != .checkpoints && stream != .segments
  }

  /// What a checkpoint must show to be taken over.
  static func fingerprint(isHealth: Bool) -> UInt64 {
    CheckpointFingerprint.of(
      policy: isHealth ? policy.fingerprint : UInt64(windows.quantities.count), windows: settings,
      intake: IntakeSettings(), outside: 0)
  }
}
