import Testing
import ThermoclineCodec
import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

/// A record as a consumer sees it.
struct Said: Hashable {
  var stream: OutputStream
  var key: String
  var value: String
  var at: EventTime

  /// Early scores come when the job has time for them; everything else is a function of the events.
  var isEarly: Bool { stream == .scores && value.contains(#""final":false"#) }
}

extension OutputBatch {
  /// All but roll-ups, which have tests of their own.
  var said: [Said] { records(of: Set(OutputStream.allCases).subtracting([.rollups])) }

  func records(of streams: Set<OutputStream>) -> [Said] {
    records.filter { streams.contains($0.stream) }.map {
      Said(
        stream: $0.stream, key: String(decoding: bytes[$0.key], as: UTF8.self),
        value: String(decoding: bytes[$0.value], as: UTF8.self), at: $0.at)
    }
  }
}

/// The records as files show them: tick by tick, by account within a tick, an account's own in their order.
func ordered(_ said: [Said]) -> [Said] {
  said.enumerated().sorted {
    ($0.element.stream.rawValue, $0.element.at, $0.element.key, $0.offset)
      < ($1.element.stream.rawValue, $1.element.at, $1.element.key, $1.offset)
  }.map(\.element)
}

/// The last score of each account that was not taken back.
func lastScores(_ said: [Said]) -> [String: String] {
  said.filter { $0.stream == .scores }.reduce(into: [:]) {
    $0[$1.key] = $1.value.isEmpty ? nil : $1.value
  }
}

func model(
  _ profiles: ProfileBook = ProfileBook(), changeMin: Points = Points(0.5),
  forgetAfter: TimeSpan = .days(400), policy: Policy = .standard
) throws -> HealthModel {
  try HealthModel(
    PolicyPlan(policy), profiles: profiles, changeMin: changeMin, forgetAfter: forgetAfter)
}

extension Policy {
  /// The default policy without what is judged against peers: a partition waits for no other one to be judged.
  static var withoutPeers: Policy {
    var policy = standard
    policy.measures.removeAll { if case .peers = $0.normalisation { true } else { false } }
    return policy
  }
}

func runner(
  _ model: HealthModel, partition: Int = 0,
  settings: WindowSettings = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))
) -> PartitionRunner<HealthObserver> {
  PartitionRunner(
    PartitionProcessor(
      partition: partition, store: WindowStore(plan: model.windows, settings: settings),
      observer: HealthObserver(model, partition: partition)))
}

/// Batches of at most `size` events; positions count the events from 1 on.
func batches(_ events: [TestEvent], of size: Int) -> [EventBatch] {
  stride(from: 0, to: events.count, by: size).map { start in
    let batch = EventBatch(bytesCapacity: 1 << 20)
    fill(batch, events[start..<min(start + size, events.count)])
    return batch
  }
}

func fill(_ batch: EventBatch, _ events: ArraySlice<TestEvent>) {
  for event in events { batch.append(event) }
  batch.messagesCount = events.count
  batch.nextPosition = Int64(events.endIndex)
}

/// The same events as they might arrive: each at most `bound` behind the newest.
func shuffled(_ events: [TestEvent], bound: Int64, seed: UInt64) -> [TestEvent] {
  var random = SeededGenerator(seed: seed)
  return events.map { ($0.time + Int64.random(in: 0...bound, using: &random), $0) }
    .sorted { ($0.0, $0.1.account) < ($1.0, $1.1.account) }.map(\.1)
}
