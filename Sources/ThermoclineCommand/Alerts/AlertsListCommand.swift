import ArgumentParser
import Thermocline
import ThermoclineNotify

struct AlertsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Shows the alerts that are not over, most severe first.",
    discussion: """
      Reads the whole alert topic and commits nothing, or with --input a replay's alerts.ndjson.

      Examples: thermocline alerts list --brokers localhost:9092 --account acct-7
                thermocline alerts list --input out/alerts.ndjson --digest

      Exit status: 0, alerts or not; 64 wrong command line; 66 no such file; 69 no broker or no such topic; 78 a wrong \
      configuration; 130 interrupted.
      """)

  @OptionGroup var kafka: KafkaOptions
  @Option(name: .long, help: "Alert topic, instead of the configuration's.")
  var topic: String?
  @Option(name: .long, help: "A replay's alerts.ndjson, in the place of a topic.")
  var input: String?
  @Option(name: .long, help: "Only this account's.")
  var account: String?
  @Flag(name: .long, help: "Put them together by rule and by account.")
  var digest = false
  @Flag(name: .long, help: "Print one JSON object.")
  var json = false

  func run() throws {
    try Command.run {
      let list: AlertList
      if let input {
        list = try AlertList(file: input, account: account)
      } else {
        let configuration = try kafka.read()
        let interruption = Interruption()
        let termination = Termination { _ in interruption.set() }
        defer { withExtendedLifetime(termination) {} }
        list = try AlertList(
          topic: topic ?? configuration.output.alerts, kafka: configuration.kafkaSettings,
          account: account, isStopped: { interruption.isSet })
        if interruption.isSet { throw JobFailure(.interrupted, "interrupted before the end") }
      }
      if digest {
        let digest = AlertDigest(list.alerts)
        print(json ? digest.json : digest.text())
      } else {
        print(json ? list.json : list.text)
      }
    }
  }
}
