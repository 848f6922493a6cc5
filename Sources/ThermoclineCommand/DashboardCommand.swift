import ArgumentParser
import Dispatch
import Logging
import Thermocline
import ThermoclineDashboard
import ThermoclineKafka
import ThermoclineServer

struct DashboardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dashboard",
    abstract:
      "Serves pages and an API on what the output topics say: portfolio, accounts, alerts, the job.",
    discussion: """
      Reads the output topics as any consumer could, disturbs nobody, and keeps what they say in a SQLite file. Without \
      --database it keeps it in memory and reads the topics again with each start. The first line of standard output is \
      the address to open. docs/dashboard.md tells more.

      Without a token it listens on this machine only. A browser asks for the token as a password, with any name.

      Examples: thermocline dashboard --brokers kafka-1:9092 --database dashboard.sqlite
                thermocline dashboard --config thermocline.yaml --listen 0.0.0.0:9601 --token-file token

      Exit status: 0 after SIGTERM or SIGINT; 64 wrong command line; 69 no broker, no such topic, or the address is taken; \
      73 the database cannot be written; 78 a wrong configuration, or an address others can reach without a token.
      """)

  @OptionGroup var options: KafkaOptions
  @Option(name: .long, help: "Where to serve.")
  var listen = "127.0.0.1:9601"
  @Option(name: .long, help: "SQLite file for the history; made where it is not there.")
  var database: String?
  @Option(
    name: .long,
    help:
      "Token that whoever asks must show; others on this machine may see it in the list of processes."
  )
  var token: String?
  @Option(name: .long, help: "File with the token (or THERMOCLINE_DASHBOARD_TOKEN).")
  var tokenFile: String?
  @Option(
    name: .long,
    help: "Where the job serves, or none, instead of the configuration's server.listen.")
  var job: String?
  @Option(name: .long, help: "File with the job's token (or THERMOCLINE_SERVER_TOKEN).")
  var jobTokenFile: String?

  func run() throws {
    try Command.run {
      guard let listen = ListenAddress(listen) else {
        throw JobFailure(.usage, "--listen: '\(listen)' is no host:port")
      }
      if database?.isEmpty == true { throw JobFailure(.usage, "--database: give the file a name") }
      let configuration = try options.read()
      let format = configuration.logFormat
      LoggingSystem.bootstrap { _ in JobLogHandler(format) }
      var log = Logger(label: "thermocline.dashboard")
      log.logLevel = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
      var settings = DashboardSettings(
        kafka: configuration.kafkaSettings, topics: configuration.outputTopics, listen: listen)
      settings.controlsTopic = configuration.controlsTopic
      settings.database = database
      settings.token = try accessToken()
      let service = try DashboardService(settings, job: try jobSource(configuration), log: log)
      let ended = DispatchSemaphore(value: 0)
      let termination = Termination { _ in ended.signal() }
      defer { withExtendedLifetime(termination) {} }
      let address = try service.start()
      StandardOutput.write("http://\(address)/\n")
      log.info(
        "serving",
        metadata: ["address": "\(address)", "database": "\(database ?? "in memory")"])
      ended.wait()
      service.stop()
      log.info("stopped", metadata: ["messages": "\(service.feedState.messages)"])
    }
  }

  /// The dashboard's own token; nil = none.
  private func accessToken() throws -> AccessToken? {
    if let tokenFile {
      guard token == nil else { throw JobFailure(.usage, "give --token or --token-file") }
      var server = JobConfiguration.Server()
      server.tokenFile = tokenFile
      return try server.accessToken(origin: "--token-file")
    }
    let variable = "THERMOCLINE_DASHBOARD_TOKEN"
    let given =
      token.map { (origin: "--token", text: $0) }
      ?? ConfigurationOptions.environment(variable).map { (origin: variable, text: $0) }
    guard let given else { return nil }
    guard let token = AccessToken(given.text) else {
      throw JobFailure(
        .usage,
        "\(given.origin): no token; allowed: \(AccessToken.bytesMin) to \(AccessToken.bytesMax) visible ASCII characters"
      )
    }
    return token
  }

  /// Who knows how the job does; nil where there is none to ask.
  private func jobSource(_ configuration: JobConfiguration) throws -> DashboardService.JobSource? {
    if job == "none" { return nil }
    var server = configuration.server
    if let job {
      guard let address = ListenAddress(job) else {
        throw JobFailure(.usage, "--job: '\(job)' is no host:port")
      }
      server.listen = address
    }
    if let jobTokenFile { server.tokenFile = jobTokenFile }
    guard let address = server.listen else { return nil }
    let token = try server.accessToken(
      origin: jobTokenFile == nil ? "server.token_file" : "--job-token-file")
    let source = TopSource(address, token: token, tokenOption: "--job-token-file")
    return {
      do throws(JobFailure) { return .success(try await source.currentStatus()) } catch {
        return .failure(JobUnknown(error.message))
      }
    }
  }
}
