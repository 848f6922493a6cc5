/// The plans of the formats that a decoder may meet.
final class FormatPlans: Sendable {
  let mapping: FieldMapping
  private let segment, cloudEvents, postHog, amplitude, mapped: FormatPlan?

  init(format: InputFormat, mapping: FieldMapping, accountGroupType: String) {
    func plan(_ wanted: InputFormat) -> FormatPlan? {
      guard format == wanted || (format == .auto && wanted != .mapped) else { return nil }
      return FormatPlan(format: wanted, mapping: mapping, accountGroupType: accountGroupType)
    }
    self.mapping = mapping
    segment = plan(.segment)
    cloudEvents = plan(.cloudevents)
    postHog = plan(.posthog)
    amplitude = plan(.amplitude)
    mapped = plan(.mapped)
  }

  /// The plan of a format of JSON objects; nil for the others, and for `auto`.
  @inline(__always) func fast(_ format: InputFormat) -> FormatPlan? {
    switch format {
    case .segment: segment
    case .cloudevents: cloudEvents
    case .posthog: postHog
    case .amplitude: amplitude
    case .mapped: mapped
    case .auto, .thermocline, .snowplow, .csv: nil
    }
  }

  /// The plan of a format that the decoder was made for.
  subscript(format: InputFormat) -> FormatPlan {
    guard let plan = fast(format) else {
      preconditionFailure("the decoder was not made for \(format.rawValue)")
    }
    return plan
  }
}
