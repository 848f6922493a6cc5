internal import ThermoclineCore
internal import ThermoclineEngine

/// What the feeder knows of its partitions; on the fetch thread only.
struct FeederState {
  let consumer: KafkaConsumer
  let pipeline: Pipeline
  let slots: PartitionSlots
  let ports: KafkaFeeder.Ports
  var now: UInt64
  var partitions: [FedPartition] = []
  /// Place in `partitions` by topic and partition number; −1 = not ours.
  var places: [[Int]]
  /// Where the last record belonged, for the next one mostly belongs there too; `topic` −1 = unknown.
  var last = (topic: -1, partition: Int32(0), place: -1)
  var held: HeldMessage?
  /// Part of a message lies in a batch that was submitted: the rest comes before anything else.
  var isMidMessage = false
  var isPaused = false
  /// When `followClock` looked last; 0 = never.
  var lastFollow: UInt64 = 0
  /// How often the pipeline was full and a record had to wait.
  var waitsCount = 0
  /// How often partitions were given, asked back and lost.
  var assignedCount = 0
  var revokedCount = 0
  var lostCount = 0
  /// nil where no checkpoints are made.
  var schedule: CheckpointSchedule?
  let checkpointAnswer = CheckpointAnswer()
  var isLost = false
  /// Set while the last checkpoints are taken.
  var draining: Draining?
  var pending = PendingPartitions()
  /// Not sooner: librdkafka throws away what it has fetched of a partition that is paused. Far below
  /// `max.poll.interval.ms`, after which the group would take the partitions away.
  private static let pauseAfterNanoseconds: UInt64 = 3_000_000_000

  init(
    consumer: KafkaConsumer, pipeline: Pipeline, slots: PartitionSlots, ports: KafkaFeeder.Ports,
    now: UInt64
  ) {
    self.now = now
    self.consumer = consumer
    self.pipeline = pipeline
    self.slots = slots
    self.ports = ports
    places = Array(repeating: [], count: consumer.topics.count)
    schedule = ports.checkpoints.map { CheckpointSchedule(interval: $0.interval, now: now) }
  }

  var isHolding: Bool { held != nil }

  var isEmpty: Bool { partitions.isEmpty }

  /// The pipeline has been full for so long that the group must hear from us all the same.
  var mustPause: Bool { held.map { now &- $0.since > Self.pauseAfterNanoseconds } ?? false }

  mutating func pauseAll() throws(KafkaError) {
    if isPaused || partitions.isEmpty { return }
    try consumer.pause(partitions.map(\.partition))
    isPaused = true
  }

  mutating func resumeAll() throws(KafkaError) {
    guard isPaused else { return }
    try consumer.resume(partitions.filter { !$0.isPaused }.map(\.partition))
    isPaused = false
  }

  /// Place of a partition among ours; −1 = it is not.
  func place(_ topic: Int, _ partition: Int32) -> Int {
    let row = places[topic]
    return Int(partition) < row.count ? row[Int(partition)] : -1
  }
}
