import Dispatch
import Synchronization
import ThermoclineCore

/// From where newly assigned partitions go on.
package struct CheckpointChoice: Sendable {
  /// A partition that was assigned.
  package struct Partition: Sendable {
    package var name: String
    /// What lies before it was published by an earlier run.
    package var committed: Int64
    /// The oldest message that its log still has.
    package var logStart: Int64

    package init(name: String, committed: Int64, logStart: Int64) {
      self.name = name
      self.committed = committed
      self.logStart = logStart
    }
  }

  /// By partition: the checkpoint to go on from. Those that are not here are rebuilt from their logs.
  package private(set) var checkpoints: [String: CheckpointShelf.Checkpoint] = [:]
  /// Checkpoints that were passed over, and why, for the log.
  package private(set) var passedOver: [String] = []
  /// Partitions that can go on from nothing: all their checkpoints are of no use, and the log was cut since.
  package private(set) var lost: [String] = []

  /// Partitions tell each other how days went, so those that begin together go on from the same day, or all are rebuilt.
  package init(
    of partitions: [Partition], from shelf: CheckpointShelf, fingerprint: UInt64
  ) {
    var usable: [String: [CheckpointShelf.Checkpoint]] = [:]
    var broken: Set<String> = []
    for (partition, found) in zip(partitions, Self.checkpoints(of: partitions, from: shelf)) {
      for checkpoint in found {
        let manifest = checkpoint.manifest
        let place = "\(partition.name), slot \(checkpoint.slot.rawValue)"
        if let damage = checkpoint.damage {
          passedOver.append("\(place): \(damage)")
          broken.insert(partition.name)
        } else if manifest.fingerprint != fingerprint {
          passedOver.append("\(place): it is of another policy or other settings")
        } else if manifest.position > partition.committed {
          passedOver.append(
            "\(place): it reflects messages up to \(manifest.position), committed is "
              + "\(partition.committed)")
        } else if manifest.position < partition.logStart {
          passedOver.append(
            "\(place): the log begins at \(partition.logStart), after its position "
              + "\(manifest.position)")
          broken.insert(partition.name)
        } else {
          usable[partition.name, default: []].append(checkpoint)
        }
      }
    }
    let days = partitions.map { Set((usable[$0.name] ?? []).map(\.manifest.day)) }
    let common = days.dropFirst().reduce(days.first ?? []) { $0.intersection($1) }.max()
    if let common {
      for partition in partitions {
        checkpoints[partition.name] = usable[partition.name]?.first { $0.manifest.day == common }
      }
      return
    }
    for partition in partitions where usable[partition.name] != nil {
      passedOver.append("\(partition.name): no day is common to all partitions that begin together")
    }
    lost = partitions.filter {
      $0.committed > 0 && $0.logStart > 0 && broken.contains($0.name) && usable[$0.name] == nil
    }.map(\.name)
  }

  /// Those of each partition, all at once: to look at every byte takes a while.
  private static func checkpoints(
    of partitions: [Partition], from shelf: CheckpointShelf
  ) -> [[CheckpointShelf.Checkpoint]] {
    let found = Mutex([[CheckpointShelf.Checkpoint]](repeating: [], count: partitions.count))
    DispatchQueue.concurrentPerform(iterations: partitions.count) { index in
      let list = shelf.checkpoints(of: partitions[index].name)
      found.withLock { $0[index] = list }
    }
    return found.withLock { $0 }
  }
}
