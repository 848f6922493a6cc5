internal import Synchronization

/// The plans of the formats that a decoder may meet.
final class FormatPlans: Sendable {
  let mapping: FieldMapping
  private let segment, cloudEvents, postHog, amplitude, mapped: FormatPlan?
  /// The fields of the decoder's own format; nil for `auto` and what is no JSON by fields.
  let named: PlainView<FormatFields>?
  /// Plans that find the fields and confirm the format in one walk; nil but for `auto`.
  private let guesses: [InputFormat: FormatPlan]
  private let guessed: (segment: Guess, cloudEvents: Guess, postHog: Guess, amplitude: Guess)
  private typealias Guess = PlainView<FormatFields>?
  /// The format of the last message under `auto`. It says where to look first and changes no
  /// answer, so it needs no order with anything.
  private let latest = Atomic<InputFormat.Code>(InputFormat.thermocline.code)

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
    let own = [segment, cloudEvents, postHog, amplitude, mapped].compactMap { $0 }
    named = format == .auto ? nil : own.first?.fields
    var guesses: [InputFormat: FormatPlan] = [:]
    if format == .auto {
      for guess in [InputFormat.segment, .cloudevents, .posthog, .amplitude] {
        guesses[guess] = FormatPlan(guessing: guess, accountGroupType: accountGroupType)
      }
    }
    self.guesses = guesses
    guessed = (
      guesses[.segment]?.fields, guesses[.cloudevents]?.fields, guesses[.posthog]?.fields,
      guesses[.amplitude]?.fields
    )
  }

  /// What to look for first under `auto`; nil for a native event, and for a format whose keys and
  /// the sniffer's do not fit one tree.
  @inline(__always) var guess: PlainView<FormatFields>? {
    switch latest.load(ordering: .relaxed) {
    case InputFormat.segment.code: guessed.segment
    case InputFormat.cloudevents.code: guessed.cloudEvents
    case InputFormat.posthog.code: guessed.postHog
    case InputFormat.amplitude.code: guessed.amplitude
    default: nil
    }
  }

  /// Takes note of what a message under `auto` was.
  @inline(__always) func note(_ format: InputFormat) {
    // Read first: a store would take the line away from other threads that use the decoder.
    if latest.load(ordering: .relaxed) != format.code {
      latest.store(format.code, ordering: .relaxed)
    }
  }

  /// The code of the format of the last message under `auto`.
  var lastCode: InputFormat.Code { latest.load(ordering: .relaxed) }

  /// The plan behind a guess.
  func guess(_ format: InputFormat) -> FormatPlan {
    guard let plan = guesses[format] else {
      preconditionFailure("the decoder does not guess \(format.rawValue)")
    }
    return plan
  }

  /// The plan of a format of JSON objects that the decoder was made for; nil for the others.
  func plan(_ format: InputFormat) -> FormatPlan? {
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
    guard let plan = plan(format) else {
      preconditionFailure("the decoder was not made for \(format.rawValue)")
    }
    return plan
  }
}

extension InputFormat {
  package typealias Code = UInt8

  /// A small number for each format, below the number of all.
  @inline(__always) package var code: Code {
    switch self {
    case .auto: 0
    case .thermocline: 1
    case .segment: 2
    case .cloudevents: 3
    case .posthog: 4
    case .amplitude: 5
    case .snowplow: 6
    case .mapped: 7
    case .csv: 8
    }
  }
}
