/// One line of librdkafka's own log.
package struct KafkaLogLine: Sendable, Hashable {
  /// As syslog: 0 emergency … 3 error, 4 warning, 6 info, 7 debug.
  package var level: Int
  /// librdkafka's label of the place, for example `FAIL`.
  package var facility: String
  /// The line.
  package var text: String
}
