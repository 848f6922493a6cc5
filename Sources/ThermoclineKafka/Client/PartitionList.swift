internal import CRdkafka

/// Owns one `rd_kafka_topic_partition_list_t`.
///
/// SAFETY: the list is made in init, destroyed in deinit, and lent to calls that copy what they keep.
@safe struct PartitionList: ~Copyable {
  let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  init(_ partitions: some Sequence<KafkaPartition>) {
    unsafe pointer = rd_kafka_topic_partition_list_new(0)
    for partition in partitions { add(partition, offset: Int64(RD_KAFKA_OFFSET_INVALID)) }
  }

  /// - Parameter mark: the text that is committed beside an offset.
  init(
    _ positions: some Sequence<KafkaPosition>, mark: (KafkaPartition) -> CommitMark? = { _ in nil }
  ) {
    unsafe pointer = rd_kafka_topic_partition_list_new(0)
    for position in positions {
      add(position.partition, offset: position.offset, mark: mark(position.partition)?.text)
    }
  }

  deinit { unsafe rd_kafka_topic_partition_list_destroy(pointer) }

  /// Adds a partition; the offset may be one of librdkafka's logical ones.
  func add(_ partition: KafkaPartition, offset: Int64, mark: String? = nil) {
    let element = unsafe partition.topic.withCString { topic in
      unsafe rd_kafka_topic_partition_list_add(pointer, topic, partition.partition)
    }
    unsafe element?.pointee.offset = offset
    guard let mark else { return }
    // SAFETY: the list owns the copy, and frees it as it was allocated, with the C library's `free`.
    // A String passed as it is would be copied into an array first.
    unsafe mark.withCString { text in
      unsafe element?.pointee.metadata = UnsafeMutableRawPointer(thermocline_copy_text(text))
    }
    unsafe element?.pointee.metadata_size = mark.utf8.count
  }

  /// The texts committed beside real offsets.
  var marks: [KafkaPartition: CommitMark] {
    var marks: [KafkaPartition: CommitMark] = [:]
    let elements = unsafe Self.elements(of: pointer)
    for index in 0..<elements.count {
      let element = unsafe elements[index]
      guard unsafe element.offset >= 0 else { continue }
      let bytes = unsafe UnsafeRawBufferPointer(
        start: element.metadata, count: element.metadata_size)
      unsafe marks[Self.partition(element)] = unsafe CommitMark(
        String(decoding: bytes, as: UTF8.self))
    }
    return marks
  }

  /// The elements that carry a real offset (logical ones, for example "none stored", are left out).
  var positions: [KafkaPosition] { unsafe Self.positions(of: pointer) }

  /// The error of a call that answers with a code and one code for each partition.
  func error(_ code: rd_kafka_resp_err_t, _ context: String) -> KafkaError? {
    unsafe Self.error(code, in: pointer, context)
  }

  // SAFETY of the following: a list lent by librdkafka holds `cnt` elements with a name each.

  static func partitions(
    of list: UnsafePointer<rd_kafka_topic_partition_list_t>?
  ) -> [KafkaPartition] {
    unsafe elements(of: list).map { unsafe partition($0) }
  }

  static func positions(
    of list: UnsafePointer<rd_kafka_topic_partition_list_t>?
  ) -> [KafkaPosition] {
    var positions: [KafkaPosition] = []
    let elements = unsafe elements(of: list)
    positions.reserveCapacity(elements.count)
    var (topic, last) = unsafe ("", UnsafePointer<CChar>?.none)
    for index in 0..<elements.count {
      let element = unsafe elements[index]
      guard unsafe element.offset >= 0, let name = unsafe element.topic else { continue }
      // The partitions of a topic stand together: its name is made once for all of them.
      let isSame = unsafe last.map { unsafe thermocline_is_same_text($0, name) } ?? false
      if !isSame { topic = unsafe String(copying: name) ?? "" }
      unsafe last = UnsafePointer(name)
      unsafe positions.append(
        KafkaPosition(KafkaPartition(topic, element.partition), offset: element.offset))
    }
    return positions
  }

  static func error(
    _ code: rd_kafka_resp_err_t, in list: UnsafePointer<rd_kafka_topic_partition_list_t>?,
    _ context: String
  ) -> KafkaError? {
    if let element = unsafe elements(of: list).first(where: {
      unsafe $0.err != RD_KAFKA_RESP_ERR_NO_ERROR
    }) {
      return unsafe KafkaError(element.err, "\(context) of \(partition(element))")
    }
    return KafkaError(code, context)
  }

  private static func elements(
    of list: UnsafePointer<rd_kafka_topic_partition_list_t>?
  ) -> UnsafeBufferPointer<rd_kafka_topic_partition_t> {
    unsafe UnsafeBufferPointer(start: list?.pointee.elems, count: Int(list?.pointee.cnt ?? 0))
  }

  private static func partition(_ element: rd_kafka_topic_partition_t) -> KafkaPartition {
    unsafe KafkaPartition(String(copying: element.topic) ?? "", element.partition)
  }
}
