import ArgumentParser
import Thermocline

struct BenchRingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rings", abstract: "A push and a pop of the ring between two stages.",
    discussion: """
      Example: thermocline bench rings --elements 50000000
      """)

  @Option(name: .long, help: "Elements to pass through.")
  var elements = 20_000_000
  @Option(name: .long, help: "Elements the ring holds; the pipeline's hold 16.")
  var capacity = 16
  @Flag(name: .long, help: "Print one line of JSON.")
  var json = false

  func validate() throws {
    guard elements > 0, capacity > 0 else { throw ValidationError("both take a number above 0") }
  }

  func run() throws {
    BenchCommand.show(RingBench(elements: elements, capacity: capacity).run(), json: json)
  }
}
