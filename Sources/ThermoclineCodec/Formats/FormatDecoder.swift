package import ThermoclineCore

/// Reads events of any format into a batch.
package struct FormatDecoder: Sendable {
  package let format: InputFormat
  private var native: NativeDecoder

  /// Events after `latestAccepted` are refused. `mapping` belongs to the formats `mapped` and
  /// `csv`. `accountGroupType` names the group that is an account where events know several kinds
  /// of groups (PostHog, Amplitude) or entities (Snowplow).
  package init(
    format: InputFormat, latestAccepted: EventTime, mapping: FieldMapping? = nil,
    accountGroupType: String = "company"
  ) {
    self.format = format
    native = NativeDecoder(latestAccepted: latestAccepted)
  }

  /// Events after this time are refused.
  package var latestAccepted: EventTime {
    get { native.latestAccepted }
    set { native.latestAccepted = newValue }
  }

  /// Appends the events and refusals of one message that lies in the batch's bytes; see
  /// `NativeDecoder.decode`.
  package func decode(
    message: ByteRange, key: ByteRange, headers: MessageHeaders = .none, position: Int64,
    from progress: DecodeProgress = .start, into batch: EventBatch
  ) -> DecodeOutcome {
    native.decode(message: message, key: key, position: position, from: progress, into: batch)
  }
}
