internal import Synchronization

/// The statistics of the producer in use, which a delivery may replace by a new one. Any thread.
package final class ProducerStatistics: Sendable {
  private let producer = Mutex<KafkaProducer?>(nil)

  package init() {}

  /// From now on it is this producer's.
  func follow(_ producer: KafkaProducer) { self.producer.withLock { $0 = producer } }

  /// librdkafka's newest JSON document, told with the producer's polls; nil without `statistics.interval.ms`, and before
  /// the first.
  package var newest: [UInt8]? { producer.withLock { $0?.statistics } }
}
