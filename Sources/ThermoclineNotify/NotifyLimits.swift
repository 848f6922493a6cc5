/// Every maximum of the notifier. What passes one waits in Kafka or is told in fewer words; nothing grows past it.
package enum NotifyLimits {
  /// Changes of alerts that one sink has taken from its topic and not delivered; one more stays in Kafka.
  package static let pendingMax = 2_000
  /// Bytes of their messages.
  package static let pendingBytesMax = 8_388_608
  /// Alerts that one sink remembers, about a kilobyte each; past them the oldest that are over go first.
  package static let ledgerMax = 200_000
  /// Alerts of one request to a sink that takes several.
  package static let batchMax = 500
  /// Bytes that are read of a reply; the rest is not waited for.
  package static let replyBytesMax = 65_536
  /// Bytes of a reply's body that are quoted in a log line or a dead letter.
  package static let quoteBytesMax = 200
  /// Bytes of a name (account, rule, user) where people read it.
  package static let nameBytesMax = 120
  /// Bytes of a sentence where people read it.
  package static let sentenceBytesMax = 600
  /// Bytes of one chat message.
  package static let messageBytesMax = 3_500
  /// Bytes of the list of alerts in a PagerDuty event, whose own maximum is 512 KB for all of it.
  package static let listBytesMax = 131_072
  /// Longest time a server's `Retry-After` is followed.
  package static let retryAfterSecondsMax: Int64 = 3_600
  /// Sinks of one process.
  package static let sinksMax = 16
}
