package import ThermoclineCore

/// Reads events of any format into a batch.
///
/// A message is one event or several: a JSON array, objects on lines of their own, a batch object
/// of the format, or lines. It may be gzip, told by its first two bytes, which begin no text.
package struct FormatDecoder: Sendable {
  package let format: InputFormat
  /// Events after this time are refused, where no other is given.
  private let latestAccepted: EventTime
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
    self.latestAccepted = latestAccepted
    plans = FormatPlans(
      format: format, mapping: mapping ?? FieldMapping(), accountGroupType: accountGroupType)
    columns = format == .snowplow || format == .auto ? .snowplow(accountGroupType) : nil
  }

  /// The code of the format that the last message was taken for.
  package var lastCode: InputFormat.Code { format == .auto ? plans.lastCode : format.code }

  /// Appends the events and refusals of one message that lies in the batch's bytes. Text with
  /// escapes is written out into the batch's free bytes.
  ///
  /// A batch that is empty but for the message always takes at least one event, provided it has
  /// `NativeDecoder.textBytesMax` free bytes. Events after `latestAccepted`, the decoder's own when
  /// nil, are refused.
  package func decode(
    message: ByteRange, key: ByteRange, headers: MessageHeaders = .none, position: Int64,
    from progress: DecodeProgress = .start, latestAccepted: EventTime? = nil,
    into batch: EventBatch
  ) -> DecodeOutcome {
    let frame = MessageFrame(message: message, key: key, position: position)
    let latest = latestAccepted ?? self.latestAccepted
    if format == .auto { return decodeAny(frame, headers, from: progress, latest, into: batch) }
    if format == .thermocline {
      if frame.decodeNative(latestAccepted: latest, from: progress, into: batch) { return .done }
    } else if let fields = plans.named, format != .cloudevents || !Self.isBinaryCloudEvent(headers)
    {
      switch frame.decodeFast(
        fields, isGuess: false, latestAccepted: latest, from: progress, into: batch)
      {
      case .taken: return .done
      case .refused(let fault): return refuse(frame, fault, plans[format], latest, into: batch)
      case .unknown: break
      }
    }
    return decodeOther(frame, headers, from: progress, latest, into: batch)
  }

  /// Decodes the line at `start` if it can be read without knowing its end, see
  /// `NativeDecoder.decodeLine`.
  @inline(__always) func decodeLine(
    at start: Int, before limit: Int, position: Int64, into batch: EventBatch
  ) -> Int? {
    guard format == .thermocline else { return nil }
    return NativeDecoder(latestAccepted: latestAccepted).decodeLine(
      at: start, before: limit, position: position, into: batch)
  }

  /// Looks first for what the last message was. A guess that holds gives what the sniffer and the
  /// format's reader give; one that does not costs a walk.
  @inline(__always) private func decodeAny(
    _ frame: MessageFrame, _ headers: MessageHeaders, from progress: DecodeProgress,
    _ latest: EventTime, into batch: EventBatch
  ) -> DecodeOutcome {
    guard let fields = plans.guess else {
      // No headers are asked for: librdkafka allocates and parses for that, 70 ns a message.
      if frame.decodeNative(latestAccepted: latest, from: progress, into: batch) {
        plans.note(.thermocline)
        return .done
      }
      return decodeOther(frame, headers, from: progress, latest, into: batch)
    }
    if !FormatSniffer.isCloudEvent(headers) {
      switch frame.decodeFast(
        fields, isGuess: true, latestAccepted: latest, from: progress, into: batch)
      {
      case .taken: return .done
      case .refused(let fault):
        return refuse(frame, fault, plans.guess(fields.format), latest, into: batch)
      case .unknown: break
      }
    }
    if frame.decodeNative(latestAccepted: latest, from: progress, into: batch) {
      plans.note(.thermocline)
      return .done
    }
    return decodeOther(frame, headers, from: progress, latest, into: batch)
  }

  /// Refuses a message that is one event.
  @inline(never) private func refuse(
    _ frame: MessageFrame, _ fault: FieldFault, _ plan: FormatPlan, _ latest: EventTime,
    into batch: EventBatch
  ) -> DecodeOutcome {
    guard batch.refusals.count < batch.recordsCapacity else { return .batchFull(.start) }
    return frame.refuse(fault.inWords(plan, latestAccepted: latest), into: batch)
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
    _ latest: EventTime, into batch: EventBatch
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
    if format == .auto {
      format = FormatSniffer.format(of: content, headers, in: batch)
      plans.note(format)
      if content == frame.message, !Self.isBinaryCloudEvent(headers),
        let plan = plans.plan(format),
        frame.decodeFast(plan, latestAccepted: latest, from: progress, into: batch)
      {
        return .done
      }
    }
    switch format {
    case .snowplow, .csv: return decodeRows(frame, content, from: progress, latest, into: batch)
    case .cloudevents where Self.isBinaryCloudEvent(headers):
      return BinaryCloudEventReader(
        plan: plans[.cloudevents], latestAccepted: latest, frame: frame, content: content,
        batch: batch
      ).read(headers)
    default:
      let plan = format == .thermocline ? nil : plans[format]
      return ExactMessageReader(
        form: EventForm(plan: plan, latestAccepted: latest),
        text: MessageText(content, in: batch), content: content, message: frame.message,
        key: frame.key, position: frame.position, batch: batch
      ).read(from: progress)
    }
  }

  private func decodeRows(
    _ frame: MessageFrame, _ content: ByteRange, from progress: DecodeProgress,
    _ latest: EventTime, into batch: EventBatch
  ) -> DecodeOutcome {
    guard let columns else {
      return frame.refuse(
        EventFault(.malformedRow, "A row of CSV cannot be read without its file's header."),
        into: batch)
    }
    return RowMessageReader(
      plan: columns, latestAccepted: latest, frame: frame, content: content, batch: batch
    ).read(from: progress)
  }

  private static func isBinaryCloudEvent(_ headers: MessageHeaders) -> Bool {
    unsafe headers.value("ce_specversion") != nil
  }
}
