internal import CRdkafka
internal import Synchronization

/// Owns one `rd_kafka_t` and the inbox its callbacks write to.
///
/// SAFETY: the pointer is made in init, destroyed in deinit and nowhere else; librdkafka allows every call on
/// it from every thread. The inbox outlives it: callbacks hold it unretained, and it is released after the
/// destroy, which waits for librdkafka's threads.
@safe final class KafkaHandle: @unchecked Sendable {
  enum Kind { case consumer, producer }

  let pointer: OpaquePointer
  let inbox = KafkaInbox()
  /// Who the client talks to, for error texts.
  let addresses: String

  init(_ kind: Kind, _ settings: KafkaSettings) throws(KafkaError) {
    let configuration = unsafe try settings.makeConfiguration()
    addresses = settings.addresses
    unsafe rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(inbox).toOpaque())
    unsafe rd_kafka_conf_set_log_cb(configuration, recordLog)
    unsafe rd_kafka_conf_set_error_cb(configuration, recordFailure)
    unsafe rd_kafka_conf_set_stats_cb(configuration, recordStatistics)
    switch kind {
    case .consumer:
      unsafe rd_kafka_conf_set_rebalance_cb(configuration, recordRebalance)
      unsafe rd_kafka_conf_set_offset_commit_cb(configuration, recordCommit)
    case .producer:
      unsafe rd_kafka_conf_set_dr_msg_cb(configuration, recordDelivery)
    }
    let type = kind == .consumer ? RD_KAFKA_CONSUMER : RD_KAFKA_PRODUCER
    let (made, text) = unsafe String.errorText { unsafe rd_kafka_new(type, configuration, $0, $1) }
    guard let made = unsafe made else {
      unsafe rd_kafka_conf_destroy(configuration)
      throw KafkaError(.invalidArgument, "settings: \(text)")
    }
    unsafe pointer = made
  }

  deinit {
    inbox.isClosing.store(true, ordering: .relaxed)
    unsafe rd_kafka_destroy(pointer)
  }

  /// The inbox of a client, from inside a callback.
  fileprivate static func inbox(of opaque: UnsafeMutableRawPointer?) -> KafkaInbox {
    // SAFETY: every client made here carries its inbox, which outlives it.
    unsafe Unmanaged<KafkaInbox>.fromOpaque(opaque.unsafelyUnwrapped).takeUnretainedValue()
  }
}

// SAFETY: librdkafka calls these with the client they were configured for, texts that end in zero, and lists
// that live until the callback returns; everything kept is copied.

private func recordLog(
  client: OpaquePointer?, level: Int32, facility: UnsafePointer<CChar>?, text: UnsafePointer<CChar>?
) {
  guard let client = unsafe client, let opaque = unsafe rd_kafka_opaque(client) else { return }
  unsafe KafkaHandle.inbox(of: opaque).add(
    line: KafkaLogLine(
      level: Int(level), facility: String(copying: facility) ?? "",
      text: String(copying: text) ?? ""))
}

private func recordFailure(
  client: OpaquePointer?, code: Int32, reason: UnsafePointer<CChar>?,
  opaque: UnsafeMutableRawPointer?
) {
  let inbox = unsafe KafkaHandle.inbox(of: opaque)
  let native = rd_kafka_resp_err_t(rawValue: code)
  if native == RD_KAFKA_RESP_ERR__FATAL {
    // The callback only says that there is a fatal error; which one, the client keeps.
    let (cause, text) = unsafe String.errorText { unsafe rd_kafka_fatal_error(client, $0, $1) }
    inbox.add(failure: KafkaError(KafkaErrorCode(cause), text, isFatal: true))
  } else if var failure = KafkaError(native, "") {
    unsafe failure.message = String(copying: reason) ?? failure.message
    inbox.add(failure: failure)
  }
}

private func recordRebalance(
  client: OpaquePointer?, code: rd_kafka_resp_err_t,
  list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, opaque: UnsafeMutableRawPointer?
) {
  let inbox = unsafe KafkaHandle.inbox(of: opaque)
  let partitions = unsafe PartitionList.partitions(of: list)
  if inbox.isClosing.load(ordering: .relaxed) {
    unsafe rd_kafka_assign(client, nil)
  } else if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
    inbox.add(rebalance: .assigned(partitions))
  } else if unsafe rd_kafka_assignment_lost(client) != 0 {
    inbox.add(rebalance: .lost(partitions))
  } else {
    inbox.add(rebalance: .revoked(partitions))
  }
  // The poll returns to the owner, who has to decide now.
  unsafe rd_kafka_yield(client)
}

private func recordCommit(
  client: OpaquePointer?, code: rd_kafka_resp_err_t,
  list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, opaque: UnsafeMutableRawPointer?
) {
  guard code != RD_KAFKA_RESP_ERR__NO_OFFSET else { return }
  unsafe KafkaHandle.inbox(of: opaque).add(
    .committed(PartitionList.positions(of: list), PartitionList.error(code, in: list, "commit")))
}

private func recordStatistics(
  client: OpaquePointer?, text: UnsafeMutablePointer<CChar>?, length: Int,
  opaque: UnsafeMutableRawPointer?
) -> Int32 {
  // 0 = librdkafka frees the text.
  guard let text = unsafe text else { return 0 }
  let bytes = unsafe UnsafeRawBufferPointer(start: text, count: length)
  unsafe KafkaHandle.inbox(of: opaque).set(statistics: Array(bytes))
  return 0
}

private func recordDelivery(
  client: OpaquePointer?, message: UnsafePointer<rd_kafka_message_t>?,
  opaque: UnsafeMutableRawPointer?
) {
  guard let message = unsafe message else { return }
  let inbox = unsafe KafkaHandle.inbox(of: opaque)
  guard unsafe message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR else {
    inbox.add(delivery: nil)
    return
  }
  let topic = unsafe String(copying: rd_kafka_topic_name(message.pointee.rkt)) ?? ""
  unsafe inbox.add(
    delivery: KafkaError(
      message.pointee.err, "delivery to \(KafkaPartition(topic, message.pointee.partition))"))
}
