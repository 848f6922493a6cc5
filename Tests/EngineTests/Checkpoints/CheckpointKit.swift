import ThermoclineCore
import ThermoclineEngine
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

/// Some partitions of one job, fed in the order of event time.
final class PartitionSet {
  let works: [any PartitionWork]
  let output = OutputBatch()

  init(_ works: [any PartitionWork]) { self.works = works }

  static func name(_ partition: Int) -> String {
    CheckpointKey.name(group: "job", topic: "events", partition: Int32(partition))
  }

  /// Applies a batch to each partition; several rounds, for one may wait for the other.
  func feed(_ batches: [EventBatch]) {
    var places: [Int?] = batches.map { _ in 0 }
    while places.contains(where: { $0 != nil }) {
      for number in works.indices {
        guard let place = places[number] else { continue }
        places[number] = works[number].process(batches[number], from: place, into: output)
      }
      settle()
    }
  }

  /// Says what became decidable.
  func settle() { for work in works { work.settle(output) } }

  /// The messages of a checkpoint of every partition; nil while something waits to be settled.
  func checkpoint(
    slot: CheckpointKey.Slot = .a, sequence: Int64 = 1
  ) -> [(key: String, value: [UInt8])]? {
    let said = OutputBatch()
    for (number, work) in works.enumerated() {
      let request = CheckpointRequest(
        name: Self.name(number), slot: slot, sequence: sequence, fingerprint: 7,
        takenAt: EventTime(milliseconds: 1_000 * sequence))
      guard case .made = work.checkpoint(request, said) else { return nil }
    }
    return said.records.map {
      (String(decoding: said.bytes[$0.key], as: UTF8.self), Array(said.bytes[$0.value]))
    }
  }

  /// Takes over what was said by others.
  func restore(_ messages: [(key: String, value: [UInt8])]) throws(StateError) {
    var shelf = CheckpointShelf()
    for message in messages { shelf.take(key: message.key, value: message.value) }
    for (number, work) in works.enumerated() {
      guard let newest = shelf.checkpoints(of: Self.name(number)).first else {
        throw StateError("there is no checkpoint of partition \(number)")
      }
      if let damage = newest.damage { throw StateError(damage) }
      try work.restore(try newest.state())
    }
  }

  /// Roll-ups too.
  var said: [Said] { output.records(of: Set(OutputStream.allCases)) }
}
