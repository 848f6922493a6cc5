import ThermoclineCore

/// What a message was read as, in two numbers: bytes are mixed where they stand, and words are made only for a
/// difference.
struct Tally: Equatable {
  /// Events and refusals.
  var count = 0
  /// The sum of all their hashes: in small batches they come in another order.
  var sum: UInt64 = 0

  /// Adds a batch's events and refusals and checks what holds for each. With `withMessages` it counts which bytes
  /// of the message each stands for, too.
  mutating func add(_ batch: EventBatch, latest: EventTime, withMessages: Bool) {
    for i in 0..<batch.eventsCount {
      let event = batch[i]
      require(event.time >= Limits.eventTimeMin.milliseconds && event.time <= latest.milliseconds)
      require(!event.type.isAbsent && !(event.account.isAbsent && event.user.isAbsent))
      var hash = Hash()
      hash.add(UInt64(bitPattern: event.time))
      hash.add(UInt64(bitPattern: event.valueMicros))
      hash.add(UInt64(event.kind.rawValue))
      let names: [5 of ByteRange] = [
        event.type, event.account, event.user, event.feature, event.id,
      ]
      for n in names.indices {
        require(Int(names[n].length) <= Limits.nameBytesMax)
        hash.add(Self.bytes(names[n], of: batch))
      }
      add(hash, message: event.message, of: batch, withMessages)
    }
    for refusal in batch.refusals {
      var hash = Hash()
      hash.add(UInt64(bitPattern: Int64(refusal.reason.hashValue)))
      var detail = refusal.detail
      detail.withUTF8 { hash.add(UnsafeRawBufferPointer($0)) }
      add(hash, message: refusal.message, of: batch, withMessages)
    }
  }

  private mutating func add(
    _ hash: Hash, message: ByteRange, of batch: EventBatch, _ withMessages: Bool
  ) {
    var hash = hash
    _ = Self.bytes(message, of: batch)
    // The message itself stands at the same place in each batch, so its place says as much as its bytes.
    if withMessages { hash.add(UInt64(message.offset) << 32 | UInt64(message.length)) }
    count += 1
    sum &+= hash.value
  }

  private static func bytes(_ range: ByteRange, of batch: EventBatch) -> UnsafeRawBufferPointer {
    require(Int(range.offset) + Int(range.length) <= batch.bytesCount, "outside the batch")
    return batch.text(range)
  }

  /// A batch's events and refusals in words, sorted.
  static func words(_ batch: EventBatch) -> [String] {
    let events = (0..<batch.eventsCount).map { i in
      let event = batch[i]
      let names = [event.type, event.account, event.user, event.feature, event.id].map(batch.string)
      return "\(event.time) \(event.valueMicros) \(event.kind) \(names) | \(event.message)"
    }
    return events + batch.refusals.map { "\($0.reason) \($0.detail) | \($0.message)" }
  }
}
