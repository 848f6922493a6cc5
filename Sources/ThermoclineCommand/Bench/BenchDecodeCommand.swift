import ArgumentParser
import Thermocline

struct BenchDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode", abstract: "Reads and decodes an archive: events a CPU-second.")

  @Option(name: .long, help: "Archive (.ndjson, .ndjson.gz).")
  var input: String
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func run() throws {
    try Command.run { BenchCommand.show(try DecodeBench(input: input).run(), json: json) }
  }
}
