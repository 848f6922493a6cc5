import ArgumentParser
import Thermocline

struct StateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state",
    abstract:
      "Shows the checkpoints of a job: positions, watermarks, ages, sizes, and what is damaged.",
    discussion: """
      Reads the whole topic of checkpoints and checks every checksum; joins no group, changes nothing.

      Example: thermocline state --config deploy/config/thermocline.yaml

      Exit status: 0, checkpoints or not; 64 wrong command line; 65 a partition has checkpoints and none is whole; 69 no \
      broker or no such topic; 78 a wrong configuration, or one without checkpoints.
      """)

  @OptionGroup var kafka: KafkaOptions
  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  func run() throws {
    try Command.run {
      let list = try CheckpointList(try kafka.read().settings())
      print(json ? list.json : list.text(now: wallClock()))
      if let broken = list.partitions.first(where: \.isBroken) {
        throw JobFailure(.badData, "\(broken.partition) has no checkpoint that is whole")
      }
    }
  }
}
