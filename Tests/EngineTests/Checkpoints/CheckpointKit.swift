import ThermoclineCore
import ThermoclineHealth
import ThermoclineTestKit
import ThermoclineWindows

@testable import ThermoclineEngine

/// Some partitions of one job, fed in the order of event time.
final class PartitionSet {
  let works: [any PartitionWork]
  let output = OutputBatch()
  /// What a compacted topic would hold of all checkpoints so far.
  private(set) var topic: [String: [UInt8]] = [:]
  /// The messages of the newest, in the order in which they were said; nil = a tombstone.
  private(set) var newest: [(key: String, value: [UInt8]?)] = []
  private var slot = CheckpointKey.Slot.a
  private var sequence: Int64 = 0
  private var isRepeated = false

  init(_ works: [any PartitionWork]) { self.works = works }

  static func name(_ partition: Int) -> String {
    CheckpointKey.name(group: "job", topic: "events", partition: Int32(partition))
  }

  static func shelf(_ topic: [String: [UInt8]]) -> CheckpointShelf {
    var shelf = CheckpointShelf()
    for (key, value) in topic { shelf.take(key: key, value: value) }
    return shelf
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

  /// What the topic holds after a checkpoint of every partition; nil while something waits to be settled.
  ///
  /// - Parameter isRepeated: an earlier set was not completed, so that only what changed may be said.
  func checkpoint(isRepeated wasRepeated: Bool = false) -> [String: [UInt8]]? {
    sequence += 1
    isRepeated = isRepeated || wasRepeated
    let said = OutputBatch()
    var isWhole = true
    for work in works { work.noteCommitted(work.said.days) }
    for (number, work) in works.enumerated() where isWhole {
      let request = CheckpointRequest(
        name: Self.name(number), slot: slot, sequence: sequence, fingerprint: 7,
        takenAt: EventTime(milliseconds: 1_000 * sequence), isRepeated: isRepeated)
      if case .unsettled = work.checkpoint(request, said) { isWhole = false }
    }
    newest = said.records.map {
      let value = Array(said.bytes[$0.value])
      return (String(decoding: said.bytes[$0.key], as: UTF8.self), value.isEmpty ? nil : value)
    }
    for message in newest { topic[message.key] = message.value }
    isRepeated = !isWhole
    if isWhole { slot = slot.other }
    return isWhole ? topic : nil
  }

  /// Takes over what was said by others.
  func restore(_ topic: [String: [UInt8]]) throws(StateError) {
    self.topic = topic
    let shelf = Self.shelf(topic)
    for (number, work) in works.enumerated() {
      guard let newest = shelf.checkpoints(of: Self.name(number)).first else {
        throw StateError("there is no checkpoint of partition \(number)")
      }
      if let damage = newest.damage { throw StateError(damage) }
      try work.restore(newest)
      slot = newest.slot.other
      sequence = max(sequence, newest.manifest.sequence)
    }
  }

  /// Roll-ups too.
  var said: [Said] { output.records(of: Set(OutputStream.allCases)) }
}

/// So many bytes of a state.
func bytes(of state: CheckpointState, count: Int) throws(StateError) -> [UInt8] {
  var all: [UInt8] = []
  var piece: [UInt8] = []
  while all.count < count {
    try state.next(&piece)
    all += piece
  }
  return all
}
