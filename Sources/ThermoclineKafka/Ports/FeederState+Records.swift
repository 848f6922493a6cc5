internal import ThermoclineCore
internal import ThermoclineEngine

/// Records of the topics become events of their partitions' batches.
extension FeederState {
  /// Takes one record into its partition's batch.
  mutating func take(_ record: borrowing KafkaRecord) -> FetchStep {
    precondition(held == nil, "a record came while another one is held")
    if record.partition != last.partition || record.topicIndex != last.topic {
      last = (
        record.topicIndex, record.partition, self.place(record.topicIndex, record.partition)
      )
    }
    let place = last.place
    guard place >= 0 else { return .goOn }
    precondition(partitions[place].parked == nil, "a record came of a partition that is held up")
    if partitions[place].isTimestampDue {
      partitions[place].isTimestampDue = false
      partitions[place].timestamp = record.timestampMilliseconds
    }
    if add(record, place) { return .goOn }
    let message = HeldMessage(
      topicIndex: record.topicIndex, partition: record.partition, offset: record.offset,
      key: unsafe record.key.map { unsafe Array($0) } ?? [],
      payload: unsafe record.payload.map { unsafe Array($0) },
      headers: HeldHeaders(record.headers), since: now)
    if isAhead(place) {
      partitions[place].parked = message
    } else {
      waitsCount += 1
      held = message
    }
    return .stop
  }

  /// False when there is no room in the pipeline.
  private mutating func add(_ record: borrowing KafkaRecord, _ place: Int) -> Bool {
    guard let payload = unsafe record.payload else {
      // A message without a value is no event. With this header it is a promise about time.
      return unsafe addHeartbeat(record.header("thermocline-watermark"), record.offset, place)
    }
    return unsafe add(payload, record.key, record.messageHeaders, record.offset, place)
  }

  /// The same of a message with a value.
  mutating func add(
    _ payload: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer?, _ headers: MessageHeaders,
    _ offset: Int64, _ place: Int
  ) -> Bool {
    while true {
      let needs = unsafe payload.count + (key?.count ?? 0) + 2_048
      guard let batch = batch(place, at: offset, needs: needs) else { return false }
      let keyRange = unsafe key.flatMap { unsafe batch.append(bytes: $0) } ?? .absent
      guard let message = unsafe batch.append(bytes: payload) else {
        refuseTooLarge(payload.count, keyRange, offset, batch)
        batch.keepHeaders(headers, position: offset)
        note(offset, place, batch)
        return true
      }
      isMidMessage = !ports.decode(message, keyRange, headers, offset, batch)
      let hasHeaders = batch.needsHeaders
      if hasHeaders { batch.keepHeaders(headers, position: offset) }
      if !isMidMessage {
        note(offset, place, batch)
        if hasHeaders, batch.headerBytesCount > Limits.batchHeadersBytesMax { submit(place) }
        return true
      }
      submit(place)
    }
  }

  private func refuseTooLarge(
    _ count: Int, _ key: ByteRange, _ offset: Int64, _ batch: EventBatch
  ) {
    batch.refuse(
      Refusal(
        reason: .messageTooLarge,
        detail: "the message has \(count) bytes, more than the \(Limits.messageBytesMax) allowed",
        position: offset, message: .absent, key: key))
  }

  /// All of a message is in its batch.
  mutating func note(_ offset: Int64, _ place: Int, _ batch: EventBatch) {
    batch.nextPosition = offset + 1
    batch.messagesCount += 1
    // A heartbeat ends its batch.
    if batch.heartbeat != nil { submit(place) }
  }
}
