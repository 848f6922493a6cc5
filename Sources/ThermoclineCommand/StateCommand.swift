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
      let configuration = try kafka.read()
      guard let topic = configuration.checkpoints.topic else {
        throw JobFailure(
          .configuration,
          "the configuration keeps no checkpoints: checkpoints.topic is null, so the job rebuilds its state from the input"
        )
      }
      let list = try CheckpointList(
        topic, group: configuration.kafka.group, inputTopics: configuration.inputTopics,
        kafka: configuration.kafkaSettings)
      print(json ? list.json : list.text(now: wallClock()))
      let broken = list.partitions.filter {
        !$0.checkpoints.isEmpty && $0.checkpoints.allSatisfy { $0.damage != nil }
      }
      if let first = broken.first {
        throw JobFailure(.badData, "\(first.partition) has no checkpoint that is whole")
      }
    }
  }
}
