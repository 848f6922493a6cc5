import ArgumentParser
import Thermocline
import ThermoclineCore
import ThermoclineEngine
import ThermoclineWindows

struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Runs the engine over archives (.ndjson, .ndjson.gz) at full speed, without Kafka.",
    discussion: """
      Writes scores.ndjson (the last score of each account, sorted), score-changes.ndjson, alerts.ndjson and \
      dead-letters.ndjson into the output folder, and with --emit windows also windows.ndjson.

      Example: thermocline replay --input events.ndjson.gz --profiles profiles.csv --output out
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Archives, in the order of time.")
  var input: [String]
  @OptionGroup var format: FormatOptions
  @OptionGroup var model: ModelOptions
  @Option(name: .long, help: "Folder for the results; made when it is not there.")
  var output: String
  @Option(name: .long, help: "Also write plain window rows: windows.")
  var emit: Emission?
  @Option(name: .long, help: "With --emit windows: length and slide.")
  var window: WindowOption = WindowOption(length: .minutes(60), slide: .minutes(1))
  @Option(
    name: .customLong("window-types"), parsing: .upToNextOption,
    help: "With --emit windows: event types whose values are summed.")
  var windowTypes: [String] = ["login", "feature_click", "bot_call", "session"]
  @Option(
    name: .long,
    help: "An event whose id was taken inside this span counts once; 0s = every event counts.")
  var deduplicate: TimeSpan = .zero
  @Option(
    name: .customLong("hold-unresolved"),
    help: "How long an event waits for its user's account, in event time, before it is refused.")
  var holdUnresolved: TimeSpan = .zero
  @Option(
    name: .long,
    help: "What people say of scores (a JSON object a line, with account), shown while it holds.")
  var overrides: String?
  @Option(
    name: .long,
    help: "What people say of alerts (a JSON object a line, with fingerprint, or account and rule)."
  )
  var controls: String?
  @Flag(name: .long, help: "Print the summary as JSON.")
  var json = false

  func validate() throws {
    guard (TimeSpan.zero ... .days(30)).contains(deduplicate) else {
      throw ValidationError("--deduplicate takes a span from 0s to 30d")
    }
    guard (TimeSpan.zero ... .days(1)).contains(holdUnresolved) else {
      throw ValidationError("--hold-unresolved takes a span from 0s to 1d")
    }
  }

  func run() throws {
    try Command.run {
      var job = ReplayJob(inputs: input, output: output, settings: model.windowSettings)
      job.policy = try model.readPolicy()
      job.profiles = try model.readProfiles()
      if let overrides { job.overrides = try OverrideTable.read(overrides) }
      if let controls { job.controls = try ControlTable.read(controls) }
      job.format = try format.settings()
      job.futureTolerance = model.futureTolerance
      job.intake.deduplicate = deduplicate
      job.intake.holdUnresolved = holdUnresolved
      if emit == .windows {
        job.emission = WindowEmission(
          length: window.length, slide: window.slide, types: windowTypes)
      }
      var screen = ProgressScreen(name: "replay")
      let summary = try job.run { done, total, _ in
        screen.show(done: Int(done), total: Int(total))
      }
      screen.close()
      print(json ? summary.json : summary.text)
    }
  }
}

enum Emission: String, ExpressibleByArgument, CaseIterable { case windows }

/// `60m/1m`
struct WindowOption: ExpressibleByArgument {
  var length: TimeSpan
  var slide: TimeSpan

  init(length: TimeSpan, slide: TimeSpan) {
    self.length = length
    self.slide = slide
  }

  init?(argument: String) {
    let parts = argument.split(separator: "/")
    guard parts.count == 2, let length = TimeSpan(parts[0]), let slide = TimeSpan(parts[1]) else {
      return nil
    }
    self.init(length: length, slide: slide)
  }

  var defaultValueDescription: String { "\(length)/\(slide)" }
}
