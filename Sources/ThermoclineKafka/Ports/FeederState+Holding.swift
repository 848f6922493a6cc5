internal import ThermoclineCore
internal import ThermoclineEngine

/// A message that has no room waits; one whose partition has run ahead of others waits apart, so that they go on.
extension FeederState {
  /// Puts the message that was held where it belongs, if there is room now.
  mutating func placeHeld(waitsMilliseconds: Int = 0) {
    guard let message = held else { return }
    let place = self.place(message.topicIndex, message.partition)
    guard place >= 0 else {
      held = nil
      return
    }
    let tries = max(1, waitsMilliseconds / 20)
    for _ in 0..<tries {
      if add(message, place) {
        held = nil
        return
      }
      // Its partition was found to be ahead meanwhile: the others go on.
      if isAhead(place) {
        partitions[place].parked = message
        held = nil
        return
      }
    }
  }

  /// Puts a message that was kept where it belongs; false when there is no room.
  mutating func add(_ message: HeldMessage, _ place: Int) -> Bool {
    message.headers.lend { headers in
      guard let payload = message.payload else {
        return unsafe addHeartbeat(
          headers.value("thermocline-watermark"), message.offset, place)
      }
      return unsafe payload.withUnsafeBytes { payload in
        unsafe message.key.withUnsafeBytes { key in
          unsafe add(payload, message.key.isEmpty ? nil : key, headers, message.offset, place)
        }
      }
    }
  }

  /// Whether a partition's next message may wait while others are taken.
  func isAhead(_ place: Int) -> Bool {
    !isMidMessage && pipeline.isHeldUp(partitions[place].number)
  }

  /// Pauses the partitions that are too far ahead of others, and goes on with those that are no longer.
  mutating func align() throws(KafkaError) {
    for place in partitions.indices {
      guard let message = partitions[place].parked else { continue }
      let partition = partitions[place].partition
      if !partitions[place].isPaused {
        if !isPaused { try consumer.pause([partition]) }
        partitions[place].isPaused = true
      }
      guard !pipeline.isHeldUp(partitions[place].number), add(message, place) else { continue }
      partitions[place].parked = nil
      partitions[place].isPaused = false
      if !isPaused { try consumer.resume([partition]) }
    }
  }
}
