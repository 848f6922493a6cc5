import ArgumentParser
import Thermocline
import ThermoclineCore

struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Shows the whole way at work: broker, producer, job and a consumer, in one process.",
    discussion: """
      Without --input a simulated population runs, whose truth is known: accounts that cool off at known times, \
      a holiday, a tracking outage. The summary holds the alerts against that truth. With --input real events run \
      the same way.

      Examples: thermocline demo
                thermocline demo --accounts 400 --days 180 --seed 3
                thermocline demo --input events.ndjson.gz --profiles profiles.csv
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Archives of real events.")
  var input: [String] = []
  @OptionGroup var model: ModelOptions
  @OptionGroup var population: PopulationOptions
  @Option(name: .long, help: "Partitions of each topic (1…64).")
  var partitions = 4
  @Option(name: .long, help: "Folder for the last scores and the alerts.")
  var output: String?
  @Flag(name: .long, help: "Print the summary as JSON.")
  var json = false

  func validate() throws {
    guard (1...64).contains(partitions) else {
      throw ValidationError("--partitions takes a number from 1 to 64")
    }
  }

  func run() throws {
    try Command.run {
      var options = DemoOptions()
      options.inputs = input
      options.population = try population.settings()
      options.policy = try model.readPolicy()
      options.profiles =
        try input.isEmpty ? population.profiles() : model.readProfiles()
      options.windows = model.windowSettings
      options.futureTolerance = model.futureTolerance
      options.partitions = partitions
      options.output = output
      let demo = try Demo(options)
      let termination = Termination { _ in demo.interrupt() }
      defer { withExtendedLifetime(termination) {} }
      let mode = json ? TerminalMode.lines : TerminalMode.ofStandardOutput()
      let quiet = json
      var table = LiveTable(mode: mode) { if !quiet { StandardOutput.write($0) } }
      defer { table.close() }
      let result = try demo.run { snapshot, isLast in
        let now = monotonicNanoseconds()
        guard isLast || table.isDue(now: now) else { return }
        let size = TerminalSize.ofStandardOutput()
        table.draw(
          DemoScreen.lines(snapshot, columns: size.columns, rows: size.rows),
          plain: DemoScreen.plainLine(snapshot), size: size, now: now, isLast: isLast)
      }
      table.close()
      print(json ? result.json : result.text)
    }
  }
}
