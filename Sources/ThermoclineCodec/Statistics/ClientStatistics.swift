/// What matters of the statistics that a Kafka client writes of itself (librdkafka's STATISTICS.md), summed up over its
/// brokers and partitions. What is missing counts as 0, as in an older client.
package struct ClientStatistics: Sendable, Equatable {
  /// Brokers the client is connected to, and all it knows, itself not among them.
  package var brokersUp = 0
  package var brokersKnown = 0
  /// Requests that failed, were sent again, and waited too long for their answer.
  package var errors = 0
  package var retries = 0
  package var timeouts = 0
  /// Bytes to and from the brokers.
  package var sentBytes = 0
  package var receivedBytes = 0
  /// Records to and from them.
  package var sentRecords = 0
  package var receivedRecords = 0
  /// Records that wait inside the client: of a consumer to be taken, of a producer to be sent and acknowledged.
  package var queuedRecords = 0
  package var queuedBytes = 0
  /// The slowest broker's round trip, 99th percentile of the last interval, in microseconds.
  package var roundTripMicroseconds = 0
  /// Of a member: how often its group was rebalanced, and whether it is a steady member of it.
  package var rebalances = 0
  package var isSteady = false

  package init() {}

  /// Reads a client's statistics. Throws when they are not one JSON object.
  package init(_ bytes: [UInt8]) throws(OutputDecodingError) {
    let root = try JSONFields(bytes)
    sentBytes = try root.count("tx_bytes")
    receivedBytes = try root.count("rx_bytes")
    sentRecords = try root.count("txmsgs")
    receivedRecords = try root.count("rxmsgs")
    queuedRecords = try root.count("msg_cnt")
    queuedBytes = try root.count("msg_size")
    for broker in try root.object("brokers")?.objects ?? [] {
      // −1 is no broker: what came from the configuration and from the client itself.
      guard try broker.double("nodeid") ?? -1 >= 0 else { continue }
      brokersKnown += 1
      if try broker.string("state") == "UP" { brokersUp += 1 }
      errors += try broker.count("txerrs") + broker.count("rxerrs")
      retries += try broker.count("txretries")
      timeouts += try broker.count("req_timeouts")
      roundTripMicroseconds = max(
        roundTripMicroseconds, try broker.object("rtt")?.count("p99") ?? 0)
    }
    for topic in try root.object("topics")?.objects ?? [] {
      for partition in try topic.object("partitions")?.objects ?? [] {
        queuedRecords += try partition.count("fetchq_cnt")
        queuedBytes += try partition.count("fetchq_size")
      }
    }
    if let group = try root.object("cgrp") {
      rebalances = try group.count("rebalance_cnt")
      let states = (try group.string("state"), try group.string("join_state"))
      isSteady = states == ("up", "steady")
    }
  }
}
