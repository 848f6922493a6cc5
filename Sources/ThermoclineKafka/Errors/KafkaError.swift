internal import CRdkafka

/// What librdkafka or a broker refused or failed to do.
package struct KafkaError: Error, Sendable, Hashable {
  /// What happened, as librdkafka numbers it.
  package var code: KafkaErrorCode
  /// What happened, for a person; names the setting, topic or address concerned.
  package var message: String
  /// The client is not usable any more: make a new one.
  package var isFatal: Bool
  /// The same call may succeed when made again.
  package var isRetriable: Bool
  /// The current transaction has to be aborted.
  package var txnRequiresAbort: Bool

  package init(
    _ code: KafkaErrorCode, _ message: String, isFatal: Bool = false, isRetriable: Bool = false,
    txnRequiresAbort: Bool = false
  ) {
    self.code = code
    self.message = message
    self.isFatal = isFatal
    self.isRetriable = isRetriable
    self.txnRequiresAbort = txnRequiresAbort
  }

  /// librdkafka's own name of the code, for example `_TRANSPORT`.
  package var name: String { unsafe String(copying: rd_kafka_err2name(code.native)) ?? "" }
}

extension KafkaError: CustomStringConvertible {
  package var description: String { "\(message) [\(name)]" }
}

extension KafkaError {
  /// A bare code; `context` names what was attempted, and is asked for only then. nil when the code says success.
  @inline(__always)
  init?(_ native: rd_kafka_resp_err_t, _ context: @autoclosure () -> String) {
    guard native != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    self.init(failure: native, context())
  }

  /// A code that says anything but success.
  @inline(never) private init(failure native: rd_kafka_resp_err_t, _ context: String) {
    let code = KafkaErrorCode(native)
    let text = unsafe String(copying: rd_kafka_err2str(native)) ?? ""
    self.init(
      code, context.isEmpty ? text : "\(context): \(text)", isFatal: code == .fatal,
      isRetriable: Self.transient.contains(code))
  }

  /// Takes over librdkafka's error object; nil when there is none.
  init?(taking error: OpaquePointer?, _ context: String) {
    guard let error = unsafe error else { return nil }
    // SAFETY: the caller hands the object over; it is read and destroyed here and nowhere else.
    unsafe self.init(
      KafkaErrorCode(rd_kafka_error_code(error)),
      "\(context): \(String(copying: rd_kafka_error_string(error)) ?? "")",
      isFatal: rd_kafka_error_is_fatal(error) != 0,
      isRetriable: rd_kafka_error_is_retriable(error) != 0,
      txnRequiresAbort: rd_kafka_error_txn_requires_abort(error) != 0)
    unsafe rd_kafka_error_destroy(error)
  }

  /// The brokers do not answer, or cannot do it now; waiting may mend it, however long it takes.
  package var isOutage: Bool { !isFatal && Self.outages.contains(code) }

  private static let outages: Set<KafkaErrorCode> = Set(
    [
      RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__TIMED_OUT,
      RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__RESOLVE,
      RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
      RD_KAFKA_RESP_ERR__WAIT_COORD,
      RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
      RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
      RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND,
      RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT,
    ].map { KafkaErrorCode($0) })

  /// Codes after which the same call may succeed, for calls that report no more than a code.
  private static let transient: Set<KafkaErrorCode> = Set(
    [
      RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__TIMED_OUT,
      RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
      RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, RD_KAFKA_RESP_ERR__QUEUE_FULL,
      RD_KAFKA_RESP_ERR__WAIT_COORD,
      RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION,
      RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE,
      RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
    ].map { KafkaErrorCode($0) })
}

extension KafkaErrorCode {
  init(_ native: rd_kafka_resp_err_t) { self.init(rawValue: native.rawValue) }

  var native: rd_kafka_resp_err_t { rd_kafka_resp_err_t(rawValue: rawValue) }
}
