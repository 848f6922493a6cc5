import ArgumentParser
import Thermocline

struct BenchDecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode", abstract: "Reads and decodes an archive: events a CPU-second.",
    discussion: """
      Example: thermocline bench decode --input events.ndjson.gz
      """)

  @Option(name: .long, help: "Archive (.ndjson, .ndjson.gz).")
  var input: String
  @OptionGroup var format: FormatOptions
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func run() throws {
    try Command.run {
      BenchCommand.show(try DecodeBench(input: input, format: format.settings()).run(), json: json)
    }
  }
}
