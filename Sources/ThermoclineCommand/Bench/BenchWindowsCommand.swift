import ArgumentParser
import Thermocline
import ThermoclineCore
import ThermoclineEngine

struct BenchWindowsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "windows",
    abstract:
      "A sliding-window query over an archive: rows, sums, events a CPU-second, peak memory.",
    discussion: """
      Events may be 5 s out of order; later ones are not counted. Threads: pipeline is the job's own way (a \
      reader, a shard and a publisher thread), inline decodes and applies on one thread.

      Example: thermocline bench windows --input events.ndjson --length 60m --slide 1m
      """)

  @Option(name: .long, help: "Archive (.ndjson, .ndjson.gz).")
  var input: String
  @Option(name: .long, help: "Length of the windows.")
  var length: TimeSpan = .minutes(60)
  @Option(name: .long, help: "Distance between two window ends.")
  var slide: TimeSpan = .minutes(1)
  @Option(name: .long, parsing: .upToNextOption, help: "Event types whose values are summed.")
  var types: [String] = ["login", "feature_click", "bot_call", "session"]
  @Option(name: .long, help: "pipeline or inline.")
  var threads = WindowsBench.Threads.pipeline
  @Option(name: .long, help: "Duplicates by id inside this span are not counted; 0s = all are.")
  var deduplicate: TimeSpan = .zero
  @Flag(
    name: .long,
    help:
      "Instead: the cost of an event as length/slide grows from 10 to 40,000, with the slide of 1s."
  )
  var sweep = false
  @Option(name: .long, help: "With --sweep: how many of the archive's events.")
  var events = 1_000_000
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func run() throws {
    try Command.run {
      if sweep {
        var bench = SweepBench(input: input)
        bench.eventsMax = events
        bench.types = types
        BenchCommand.show(try bench.run(), json: json)
        return
      }
      var bench = WindowsBench(
        input: input, emission: WindowEmission(length: length, slide: slide, types: types))
      bench.threads = threads
      bench.intake.deduplicate = deduplicate
      BenchCommand.show(try bench.run(), json: json)
    }
  }
}

extension WindowsBench.Threads: ExpressibleByArgument {}
