internal import CRdkafka

extension KafkaHandle {
  /// Makes the client connect: asks for the cluster and forgets the answer.
  func fetchMetadata(timeoutMilliseconds: Int32) {
    // SAFETY: on success the answer is ours until destroyed.
    var answer: UnsafePointer<rd_kafka_metadata>?
    let code = unsafe rd_kafka_metadata(pointer, 0, nil, &answer, timeoutMilliseconds)
    if code == RD_KAFKA_RESP_ERR_NO_ERROR, let answer = unsafe answer {
      unsafe rd_kafka_metadata_destroy(answer)
    }
  }
}
