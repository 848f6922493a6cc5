/// What became of the records handed over since the count began.
package struct KafkaDeliveries: Sendable, Hashable {
  /// Records the brokers have acknowledged.
  package var deliveredCount: Int
  /// Records that will never be delivered.
  package var failedCount: Int
  /// Why the first of those failed.
  package var firstError: KafkaError?

  package init(deliveredCount: Int, failedCount: Int, firstError: KafkaError?) {
    self.deliveredCount = deliveredCount
    self.failedCount = failedCount
    self.firstError = firstError
  }
}
