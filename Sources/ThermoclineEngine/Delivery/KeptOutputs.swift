import ThermoclineCore

/// The outputs of a transaction until it is committed, in order, so that they can be handed over again.
///
/// Batches are kept by exchanging their memory with that of a spare one: nothing is copied, and once it is warm nothing
/// is allocated.
struct KeptOutputs {
  private(set) var batches: [OutputBatch] = []
  private var spare: [OutputBatch] = []
  private var bytesCount = 0
  private let bytesMax: Int
  /// Everything since the last `clear` is here.
  private(set) var isComplete = true

  /// Empty batches kept for their memory.
  private static let sparesMax = 2 * Limits.ringBatchesMax

  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Keeps the records of a batch, which has none after it.
  mutating func take(_ batch: OutputBatch) {
    let kept = spare.popLast() ?? OutputBatch()
    batch.exchangeRecords(with: kept)
    batches.append(kept)
    bytesCount += kept.bytes.count
    if bytesCount > bytesMax { isComplete = false }
  }

  /// The first `count` batches were handed over: where not everything can be kept, nothing need be.
  mutating func release(first count: Int) {
    guard !isComplete else { return }
    for index in 0..<count where !batches[index].records.isEmpty {
      batches[index] = OutputBatch()
    }
  }

  mutating func clear() {
    for batch in batches where spare.count < Self.sparesMax {
      batch.clear()
      spare.append(batch)
    }
    batches.removeAll(keepingCapacity: true)
    bytesCount = 0
    isComplete = true
  }
}
