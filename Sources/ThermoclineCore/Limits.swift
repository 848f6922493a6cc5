/// Every maximum the job holds itself to, in one place. What passes one is refused with a reason or
/// slows the input down; nothing grows past it.
public enum Limits {
  /// Bytes of one Kafka message or archive line.
  public static let messageBytesMax = 1_048_576
  /// Bytes of an account, user or feature name and of an event id and type, in UTF-8.
  public static let nameBytesMax = 256
  /// Bytes of the reason of a score's override, in UTF-8.
  public static let overrideReasonBytesMax = 1_024
  /// Nesting of a JSON document.
  public static let nestingMax = 64
  /// Event types with a counter of their own; the rest share one called `(other)`.
  public static let eventTypesMax = 4_096
  /// Users and features of one account that are told apart while a window knows them, about 100 bytes each; the events
  /// of one more count, the user does not.
  public static let entitiesPerAccountMax = 1_000_000
  /// Magnitude of an event's `value`. Sums are kept in millionths in 64 bits, so one window holds
  /// at least 9,223 events of this size.
  public static let valueMagnitudeMax = 1e9
  /// Oldest accepted event time: 2000-01-01T00:00:00Z.
  public static let eventTimeMin = EventTime(milliseconds: 946_684_800_000)
  /// How far an event may lie ahead of the clock that received it, unless configured.
  public static let futureToleranceDefault = TimeSpan.hours(1)
  /// Events in one batch between two stages.
  public static let batchEventsMax = 4_096
  /// Bytes of one batch between two stages; at least one message of the greatest size fits.
  public static let batchBytesMax = 2_097_152
  /// Window rows that late events changed and that wait for the next tick to be written again; one more and they are
  /// written at once.
  public static let correctionsPendingMax = 65_536
  /// Bytes of outputs that are handed on before the input they come from is done; one record more may stand there.
  public static let outputPieceBytes = 1_048_576
  /// Days that a partition's accounts wait for the other partitions to tell theirs; one more and it is held up.
  public static let daysWaitingMax = 14
  /// Segments (industry × tier × stage) of a partition's accounts told apart at a midnight; further ones count together.
  public static let segmentsMax = 4_096
  /// Parents of a partition's accounts with figures of their own; those of further ones are left out.
  public static let parentsMax = 10_000
  /// Features of a segment told apart in its roll-up, the first in the order of their names; further ones are left out.
  public static let segmentFeaturesMax = 500
  /// Midnights whose peers' figures are remembered.
  public static let peerDaysMax = 16
  /// Alerts that a running job remembers to show.
  public static let newestAlertsMax = 20
  /// Batches under way between two stages.
  public static let ringBatchesMax = 16
  /// Bytes of outputs kept until their transaction is committed, to be handed over again if it is aborted. Past them an
  /// abort ends the job, which makes them anew when it is started again.
  public static let keptOutputBytesMax = 268_435_456
  /// Bytes of outputs after which they are committed before the interval is over.
  public static let commitBytesWanted = 67_108_864
  /// Failed steps of the commit protocol without a commit between them, up to a second apart, until the job ends; those
  /// that only need the brokers to come back are not counted.
  public static let deliveryFailuresMax = 60
  /// Tries to reach the brokers before there is anything to lose, each up to half a minute.
  public static let deliveryStartsMax = 3
  /// Seconds that a job which was told to end waits for brokers that do not take its outputs.
  public static let drainWaitSecondsMax = 45
  /// A partition that is behind has early readings in every so manieth commit interval only.
  public static let earlyIntervalsBehind = 10
  /// Event ids remembered in one partition for de-duplication, unless configured; 38 to 103 bytes each.
  public static let deduplicateIDsDefault = 4_000_000
  /// Users of one partition whose account is remembered, unless configured.
  public static let usersDefault = 1_000_000
  /// Events of one partition that wait for their user's account.
  public static let heldEventsMax = 100_000
  /// Bytes of those events' messages.
  public static let heldBytesMax = 67_108_864
  /// Original headers carried by a dead letter, and bytes of their names and values.
  public static let letterHeadersMax = 64
  public static let letterHeadersBytesMax = 16_384
  /// Bytes of headers kept with a batch after which it is handed on; those of one message more may stand there.
  public static let batchHeadersBytesMax = 1_048_576
  /// Aliases followed from one user to the next.
  public static let aliasesMax = 8
}
