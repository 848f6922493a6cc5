import Testing
import ThermoclineCodec

@Suite struct ClientStatisticsTests {
  private let text = """
    {"name":"rdkafka#consumer-1","txmsgs":0,"rxmsgs":500,"tx_bytes":1000,"rx_bytes":90000,"msg_cnt":3,"msg_size":30,
     "brokers":{
      "b1":{"nodeid":1,"state":"UP","txerrs":2,"rxerrs":1,"txretries":4,"req_timeouts":5,"rtt":{"p99":1500}},
      "b2":{"nodeid":2,"state":"DOWN","txerrs":10,"rxerrs":0,"txretries":0,"req_timeouts":1,"rtt":{"p99":2500}},
      "boot":{"nodeid":-1,"state":"UP","txerrs":99}},
     "topics":{"events":{"partitions":{
       "0":{"fetchq_cnt":7,"fetchq_size":700},"1":{"fetchq_cnt":1,"fetchq_size":10},
       "-1":{"fetchq_cnt":0,"fetchq_size":0}}}},
     "cgrp":{"state":"up","join_state":"steady","rebalance_cnt":3}}
    """

  @Test func whatMattersIsSummedUp() throws {
    let statistics = try ClientStatistics(Array(text.utf8))
    var expected = ClientStatistics()
    expected.brokersUp = 1
    expected.brokersKnown = 2
    expected.errors = 13
    expected.retries = 4
    expected.timeouts = 6
    expected.sentBytes = 1_000
    expected.receivedBytes = 90_000
    expected.receivedRecords = 500
    expected.queuedRecords = 11
    expected.queuedBytes = 740
    expected.roundTripMicroseconds = 2_500
    expected.rebalances = 3
    expected.isSteady = true
    #expect(statistics == expected)
  }

  @Test func whatIsMissingCountsAsNothing() throws {
    #expect(try ClientStatistics(Array("{}".utf8)) == ClientStatistics())
    #expect(throws: OutputDecodingError.self) { try ClientStatistics(Array("[]".utf8)) }
  }
}
