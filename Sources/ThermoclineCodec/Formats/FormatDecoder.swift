package import ThermoclineCore

/// Reads events of any format into a batch.
///
/// A message is one event or several: a JSON array, objects on lines of their own, a batch object
/// of the format, or lines. It may be gzip, told by its first two bytes, which begin no text.
package struct FormatDecoder: Sendable {
  package let format: InputFormat
  private var native: NativeDecoder
  private let plans: FormatPlans
  /// The columns of a CSV archive, once its header has been read.
  private var columns: RowPlan?

  /// Events after `latestAccepted` are refused. `mapping`, which has no finding for the format,
  /// says where fields stand. `accountGroupType` names the kind of group (PostHog, Amplitude) or
  /// entity (Snowplow) that is an account.
  package init(
    format: InputFormat, latestAccepted: EventTime, mapping: FieldMapping? = nil,
    accountGroupType: String = "company"
  ) {
    self.format = format
    native = NativeDecoder(latestAccepted: latestAccepted)
    plans = FormatPlans(
      format: format, mapping: mapping ?? FieldMapping(), accountGroupType: accountGroupType)
    columns = format == .snowplow || format == .auto ? .snowplow(accountGroupType) : nil
  }

  /// Events after this time are refused.
  package var latestAccepted: EventTime {
    get { native.latestAccepted }
    set { native.latestAccepted = newValue }
  }

  /// Appends the events and refusals of one message that lies in the batch's bytes. Text with
  /// escapes is written out into the batch's free bytes.
  ///
  /// A batch that is empty but for the message always takes at least one event, provided it has
  /// `NativeDecoder.textBytesMax` free bytes.
  package func decode(
    message: ByteRange, key: ByteRange, headers: MessageHeaders = .none, position: Int64,
    from progress: DecodeProgress = .start, into batch: EventBatch
  ) -> DecodeOutcome {
    if format == .thermocline || (format == .auto && !Self.isBinaryCloudEvent(headers)) {
      if native.decodeFast(
        message: message, key: key, position: position, from: progress, into: batch)
      {
        return .done
      }
    } else if let plan = plans.fast(format) {
      let form = EventForm(plan: plan, latestAccepted: latestAccepted)
      let frame = MessageFrame(message: message, key: key, position: position)
      let isBinary = format == .cloudevents && Self.isBinaryCloudEvent(headers)
      if !isBinary, frame.decodeFast(form, from: progress, into: batch) { return .done }
    }
    return decodeOther(
      MessageFrame(message: message, key: key, position: position), headers, from: progress,
      into: batch)
  }

  /// Takes the header of a CSV archive; says what is wrong with it, if anything.
  package mutating func takeHeader(_ line: ByteRange, of batch: EventBatch) -> String? {
    switch RowPlan.csv(header: batch.string(line), mapping: plans.mapping) {
    case .success(let plan):
      columns = plan
      return nil
    case .failure(let error): return error.detail
    }
  }

  @inline(never) private func decodeOther(
    _ frame: MessageFrame, _ headers: MessageHeaders, from progress: DecodeProgress,
    into batch: EventBatch
  ) -> DecodeOutcome {
    guard !batch.isFull, batch.refusals.count < batch.recordsCapacity else {
      return .batchFull(progress)
    }
    var content = frame.message
    switch GzipPayload.inflate(frame.message, in: batch) {
    case .plain: break
    case .inflated(let range): content = range
    case .noRoom: return .batchFull(progress)
    case .refused(let fault): return frame.refuse(fault, into: batch)
    }
    var format = format
    if format == .auto { format = FormatSniffer.format(of: content, headers, in: batch) }
    switch format {
    case .snowplow, .csv: return decodeRows(frame, content, from: progress, into: batch)
    case .cloudevents where Self.isBinaryCloudEvent(headers):
      return BinaryCloudEventReader(
        plan: plans[.cloudevents], latestAccepted: latestAccepted, frame: frame, content: content,
        batch: batch
      ).read(headers)
    default:
      let plan = format == .thermocline ? nil : plans[format]
      return ExactMessageReader(
        form: EventForm(plan: plan, latestAccepted: latestAccepted),
        text: MessageText(content, in: batch), content: content, message: frame.message,
        key: frame.key, position: frame.position, batch: batch
      ).read(from: progress)
    }
  }

  private func decodeRows(
    _ frame: MessageFrame, _ content: ByteRange, from progress: DecodeProgress,
    into batch: EventBatch
  ) -> DecodeOutcome {
    guard let columns else {
      return frame.refuse(
        EventFault(.malformedRow, "A row of CSV cannot be read without its file's header."),
        into: batch)
    }
    return RowMessageReader(
      plan: columns, latestAccepted: latestAccepted, frame: frame, content: content, batch: batch
    ).read(from: progress)
  }

  private static func isBinaryCloudEvent(_ headers: MessageHeaders) -> Bool {
    unsafe headers.value("ce_specversion") != nil
  }
}
