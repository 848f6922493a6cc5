import ArgumentParser
import Thermocline
import ThermoclineCore

/// Which dead letters, and where they lie.
struct DeadLetterOptions: ParsableArguments {
  @OptionGroup var kafka: KafkaOptions
  @Option(name: .long, help: "Dead-letter topic, instead of the configuration's.")
  var topic: String?
  @Option(name: .long, parsing: .upToNextOption, help: "Only letters with these reason codes.")
  var reason: [String] = []
  @Option(name: .long, help: "Only letters refused at or after this time (2025-09-01T08:30:00Z).")
  var since: EventTimeArgument?
  @Option(name: .long, help: "Only letters refused before this time.")
  var until: EventTimeArgument?

  func selection() -> DeadLetterSelection {
    var selection = DeadLetterSelection()
    selection.reasons = Set(reason)
    selection.since = since?.time
    selection.until = until?.time
    return selection
  }

  func validate() throws {
    let known = Set(RefusalReason.allCases.map(\.rawValue))
    if let unknown = reason.first(where: { !known.contains($0) }) {
      throw ValidationError(
        "--reason \(unknown): there is no such code; there are \(known.sorted().joined(separator: ", "))"
      )
    }
  }
}

/// A date or time on the command line.
struct EventTimeArgument: ExpressibleByArgument {
  var time: EventTime

  init?(argument: String) {
    guard let time = readTime(argument) else { return nil }
    self.time = time
  }
}
