import ThermoclineCore
import ThermoclineEngine
import ThermoclineTestKit
import ThermoclineWindows

/// An event with everything the gate looks at; empty text = absent.
struct GateEvent: Hashable {
  var kind = EventKind.event
  var type = "login"
  var id = ""
  var account = "a"
  var user = "u"
  /// Of an alias: the earlier user.
  var feature = ""
  var time: Int64
}

extension EventBatch {
  /// Appends an event as a decoder would; its message is a text that names it.
  func append(_ event: GateEvent, position: Int64) {
    func put(_ text: String) -> ByteRange {
      var text = text
      return text.withUTF8 { unsafe self.append(bytes: UnsafeRawBufferPointer($0)) ?? .absent }
    }
    var record = EventRecord()
    record.kind = event.kind
    record.time = event.time
    record.position = position
    record.type = put(event.type)
    record.id = put(event.id)
    record.account = put(event.account)
    record.user = put(event.user)
    record.feature = put(event.feature)
    record.message = put("message \(position)")
    record.key = put("key \(position)")
    append(record)
  }
}

/// A batch of events whose positions count from `first`.
func gateBatch(_ events: some Collection<GateEvent>, first: Int = 0) -> EventBatch {
  let batch = EventBatch(bytesCapacity: 1 << 20)
  batch.topic = "events"
  batch.partition = 7
  for (i, event) in events.enumerated() { batch.append(event, position: Int64(first + i)) }
  batch.messagesCount = events.count
  batch.nextPosition = Int64(first + events.count)
  return batch
}

/// Observes nothing, so that what the gate does is all there is to see.
func gatedRunner(
  _ intake: IntakeSettings,
  windows: WindowSettings = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))
) throws -> PartitionRunner<WindowRows> {
  let plan = try WindowPlan([
    WindowedQuantity(.count, length: .hours(1), slide: .hours(1)),
    WindowedQuantity(.distinctUsers, length: .hours(1), slide: .hours(1)),
  ])
  return PartitionRunner(
    PartitionProcessor(
      partition: 0, store: WindowStore(plan: plan, settings: windows),
      observer: WindowRows(plan, names: ["events", "users"], writes: true), intake: intake))
}

/// Everything said of the events in batches of a size.
func passed(
  _ events: [GateEvent], _ intake: IntakeSettings, batchSize: Int = 1_000,
  windows: WindowSettings = WindowSettings(outOfOrderness: .minutes(1), allowedLateness: .hours(1))
) throws -> OutputBatch {
  let runner = try gatedRunner(intake, windows: windows)
  let output = OutputBatch()
  for start in stride(from: 0, to: events.count, by: batchSize) {
    let part = events[start..<min(start + batchSize, events.count)]
    runner.process(gateBatch(part, first: start), into: output)
  }
  return output
}

extension EventCounts {
  /// What must equal `read`.
  var accountedFor: Int { applied + late + refused + duplicates + aliases + held }
}
