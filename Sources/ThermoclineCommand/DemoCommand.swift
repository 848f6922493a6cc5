import ArgumentParser
import Dispatch
import Logging
import Thermocline
import ThermoclineCore
import ThermoclineServer

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
                thermocline demo --serve

      With --serve the dashboard shows it in a browser, while it runs and after it, until Control-C.
      """)

  @Option(name: .long, parsing: .upToNextOption, help: "Archives of real events.")
  var input: [String] = []
  @OptionGroup var model: ModelOptions
  @OptionGroup var population: PopulationOptions
  @Option(name: .long, help: "Partitions of each topic (1…64).")
  var partitions = 4
  @Option(name: .long, help: "Folder for the last scores and the alerts.")
  var output: String?
  @Flag(name: .long, help: "Serve the dashboard, and stay until Control-C or SIGTERM.")
  var serve = false
  @Option(name: .long, help: "Where to serve with --serve.")
  var listen = "127.0.0.1:9601"
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
      options.isServed = serve
      let demo = try Demo(options)
      let ended = DispatchSemaphore(value: 0)
      let termination = Termination { _ in
        demo.interrupt()
        ended.signal()
      }
      defer { withExtendedLifetime(termination) {} }
      let address = try serve ? startServing(demo) : nil
      defer { demo.stopServing() }
      let mode = TerminalMode.ofStandardOutput()
      // In a pipe the summary is all there is.
      let isShown = !json && mode != .lines
      var table = LiveTable(mode: mode)
      defer { table.close() }
      let result = try demo.run { snapshot, isLast in
        let now = monotonicNanoseconds()
        guard isShown, isLast || table.isDue(now: now) else { return }
        let size = TerminalSize.ofStandardOutput()
        table.draw(
          DemoScreen.lines(snapshot, columns: size.columns, rows: size.rows),
          plain: "", size: size, now: now, isLast: isLast)
      }
      table.close()
      let summary = json ? result.json : result.text
      guard let address else { return print(summary) }
      // In a pipe, too, it is there while the dashboard goes on.
      StandardOutput.write(summary + "\n")
      StandardError.write("the dashboard stays at http://\(address)/ until Control-C\n")
      ended.wait()
    }
  }

  /// Begins to serve the dashboard and says where.
  private func startServing(_ demo: Demo) throws -> ListenAddress {
    guard let address = ListenAddress(listen) else {
      throw JobFailure(.usage, "--listen: '\(listen)' is no host:port")
    }
    var log = Logger(label: "thermocline.dashboard") { _ in JobLogHandler(.text) }
    log.logLevel = .warning
    let bound = try demo.serve(on: address, log: log)
    StandardError.write("the dashboard is at http://\(bound)/\n")
    return bound
  }
}
