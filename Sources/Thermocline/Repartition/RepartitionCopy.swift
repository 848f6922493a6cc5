internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineKafka

/// One run of a `RepartitionJob`: reads, merges, and hands over. One thread.
struct RepartitionCopy {
  /// What a message becomes, as far as it is known when it is read.
  private struct Piece {
    var offset: Int64
    var message: TopicMessage
    var bytes: Int
  }
  private struct Lane {
    /// The offset that is read next.
    var next: Int64 = 0
    var bytes = 0
    var isPaused = false
    /// The newest promise about time that has come out.
    var promise: Int64?
  }

  private let job: RepartitionJob
  private let partitions: [KafkaPartition]
  private let consumer: KafkaConsumer
  private let outlet: RepartitionOutlet
  private let batch = EventBatch()
  private var decoder: FormatDecoder
  private var lanes: [Lane]
  private var merge: PartitionMerge<Piece>
  /// The promise that the target has.
  private var promised: Int64?
  var summary = RepartitionSummary()

  private static let watermarkHeader = "thermocline-watermark"

  /// Takes over from an earlier run, and begins to read where it stopped.
  init(_ job: RepartitionJob, _ metadata: KafkaMetadata) throws(KafkaError) {
    self.job = job
    decoder = job.input.decoder(latestAccepted: wallClock() + job.futureTolerance)
    partitions = metadata.partitions.filter { $0.topic == job.source }
    let targetPartitions = metadata.partitions.count { $0.topic == job.target }
    var settings = job.kafka
    settings["group.id"] = job.group
    settings["enable.partition.eof"] = "true"
    settings["isolation.level"] = "read_committed"
    if settings["fetch.wait.max.ms"] == nil { settings["fetch.wait.max.ms"] = "50" }
    consumer = try KafkaConsumer(settings, topics: [job.source])
    // What an earlier run left open is ended before its positions are asked for.
    outlet = try RepartitionOutlet(
      job.kafka, id: job.group, target: job.target, letters: job.deadLetters,
      targetPartitions: targetPartitions, consumer: consumer)
    lanes = partitions.map { _ in Lane() }
    merge = PartitionMerge(lanes: partitions.count)
    let (positions, marks) = try consumer.committedPlaces(
      partitions, timeoutMilliseconds: 60_000)
    for mark in marks.values {
      guard let before = mark.partitionsCount, before != targetPartitions else { continue }
      throw KafkaError(
        .state,
        "\(job.target) has \(targetPartitions) partitions, and had \(before) when the copy began: what was copied is "
          + "in other partitions than what would follow; copy to a new topic")
    }
    var starts: [KafkaPartition: KafkaStart] = [:]
    for partition in partitions { starts[partition] = .beginning }
    for position in positions { starts[position.partition] = .offset(position.offset) }
    try consumer.begin(starts)
  }

  /// Everything that the source had has been handed over.
  var isAtEnd: Bool { merge.isAtEnd }

  /// Messages handed over since the last commit.
  var sentCount: Int { outlet.count }

  func commit() throws(KafkaError) { try outlet.commit() }

  func close() { consumer.close() }

  /// Reads for a moment, and hands over what is due.
  mutating func step() throws(KafkaError) {
    decoder = job.input.decoder(latestAccepted: wallClock() + job.futureTolerance)
    var failure: KafkaError?
    consumer.poll(timeoutMilliseconds: 50) { record in
      take(TopicMessage(record))
      return .goOn
    }
    for event in consumer.takeEvents() {
      switch event {
      case .endReached(let position):
        let lane = Int(position.partition.partition)
        // What is paused is read again, to its end.
        if !lanes[lane].isPaused { merge.setAtEnd(lane) }
      case .failed(let error) where error.isFatal: failure = error
      default: break
      }
    }
    if let failure { throw failure }
    while let (lane, piece) = merge.next() {
      try handOver(piece, lane)
      lanes[lane].bytes -= piece.bytes
    }
    try align()
  }

  private mutating func take(_ message: TopicMessage) {
    let lane = Int(message.partition)
    // Of before a seek.
    guard message.offset >= lanes[lane].next else { return }
    lanes[lane].next = message.offset + 1
    let bytes = 256 + (message.value?.count ?? 0) + (message.key?.count ?? 0)
    lanes[lane].bytes += bytes
    summary.read += 1
    merge.add(
      Piece(offset: message.offset, message: message, bytes: bytes), at: time(of: message), to: lane
    )
  }

  /// Of its oldest event.
  private func time(of message: TopicMessage) -> EventTime? {
    guard message.value != nil else { return nil }
    var oldest: Int64?
    message.decode(decoder, into: batch) { batch, _ in
      for index in 0..<batch.eventsCount { oldest = min(oldest ?? .max, batch[index].time) }
    }
    return oldest.map { EventTime(milliseconds: $0) }
  }

  /// Lanes that have much to wait for are not read meanwhile; what librdkafka had fetched of them is fetched again.
  private mutating func align() throws(KafkaError) {
    let bytesMax = job.waitingBytesMax / partitions.count
    for lane in lanes.indices {
      if !lanes[lane].isPaused, lanes[lane].bytes > bytesMax {
        try consumer.pause([partitions[lane]])
        lanes[lane].isPaused = true
      } else if lanes[lane].isPaused, lanes[lane].bytes < bytesMax / 2 {
        lanes[lane].isPaused = false
        try consumer.resume([partitions[lane]])
        try consumer.seek(
          [KafkaPosition(partitions[lane], offset: lanes[lane].next)],
          timeoutMilliseconds: 60_000)
      }
    }
  }

  private mutating func handOver(_ piece: Piece, _ lane: Int) throws(KafkaError) {
    if piece.message.value == nil {
      try passOn(piece.message, lane)
    } else {
      try copy(piece.message)
    }
    outlet.note(KafkaPosition(partitions[lane], offset: piece.offset + 1))
  }

  /// A promise about time holds for the target once every partition of the source has made it.
  private mutating func passOn(_ message: TopicMessage, _ lane: Int) throws(KafkaError) {
    summary.empty += 1
    guard let text = message.header(Self.watermarkHeader), let time = Int64(text) else { return }
    lanes[lane].promise = max(lanes[lane].promise ?? time, time)
    let common = lanes.map { $0.promise ?? .min }.min() ?? .min
    guard common > promised ?? .min else { return }
    promised = common
    try outlet.promise([KafkaHeader(Self.watermarkHeader, Array("\(common)".utf8))])
  }

  /// A message with one event goes as it came; of one with several each event goes by itself.
  private mutating func copy(_ message: TopicMessage) throws(KafkaError) {
    var events: [(key: [UInt8], value: [UInt8])] = []
    var refusals: [(refusal: Refusal, value: [UInt8])] = []
    message.decode(decoder, into: batch) { batch, _ in
      for index in 0..<batch.eventsCount {
        let event = batch[index]
        let key = event.account.isAbsent ? event.user : event.account
        unsafe events.append((Array(batch.text(key)), Array(batch.text(event.message))))
      }
      for refusal in batch.refusals {
        unsafe refusals.append((refusal, Array(batch.text(refusal.message))))
      }
    }
    if events.isEmpty, refusals.isEmpty { summary.empty += 1 }
    let isOne = events.count + refusals.count == 1
    let whole = message.value ?? []
    let isCompressed = whole.starts(with: [0x1F, 0x8B])
    for (key, value) in events {
      try outlet.send(
        key: key, value: isOne ? whole : value,
        headers: isOne ? message.headers : headers(message, of: value),
        timestamp: message.timestampMilliseconds)
      summary.written += 1
    }
    for (refusal, value) in refusals {
      summary.refused[refusal.reason.rawValue, default: 0] += 1
      let value = isOne || value.isEmpty && !isCompressed ? whole : value
      try outlet.refuse(
        key: message.key, value: value,
        headers: LetterHeaders.of(
          reason: refusal.reason.rawValue, detail: refusal.detail, topic: job.source,
          partition: message.partition, offset: message.offset)
          + LetterHeaders.original(of: headers(message, of: value)))
    }
  }

  /// The message's own; one event of a compressed message is no longer compressed.
  private func headers(_ message: TopicMessage, of value: [UInt8]) -> [KafkaHeader] {
    value.starts(with: [0x1F, 0x8B])
      ? message.headers : message.headers.filter { $0.name.lowercased() != "content-encoding" }
  }
}
