import ArgumentParser
import Logging
import Thermocline
import ThermoclineServer

struct NotifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify",
    abstract: "Tells people's tools of alerts, until SIGTERM or SIGINT.",
    discussion: """
      Reads the alert topic and delivers to Alertmanager, PagerDuty, chats and webhooks, each at its own pace, at least \
      once; docs/notify.md tells more. Serves /metrics, /livez and /readyz where server.listen says. With --dry-run it \
      prints what would be sent for the alerts that are there, a JSON object a request, and sends nothing.

      Exit status: 0; 64 wrong command line; 65 an input that holds no alerts; 66 no such input; 69 no broker or no such topic; 78 a wrong configuration; \
      130 a dry run interrupted.

      Example: thermocline notify --config deploy/config/notify.yaml --brokers kafka-1:9092
               thermocline notify --config deploy/config/notify.yaml --dry-run --input out/alerts.ndjson
      """)

  @Option(name: .long, help: "Configuration file (YAML).")
  var config: String
  @Option(name: .long, help: "Brokers, instead of the file's (or THERMOCLINE_KAFKA_BROKERS).")
  var brokers: String?
  @Option(
    name: .long,
    help: "Where to serve, or none, instead of the file's (or THERMOCLINE_SERVER_LISTEN).")
  var listen: String?
  @Flag(name: .long, help: "Print what would be sent; send and commit nothing, read no secret.")
  var dryRun = false
  @Option(name: .long, help: "With --dry-run: a replay's alerts.ndjson, in the place of the topic.")
  var input: String?

  func validate() throws {
    if input != nil, !dryRun { throw ValidationError("--input goes with --dry-run") }
  }

  func run() throws {
    try Command.run {
      let configuration = try read()
      if dryRun { return try show(configuration) }
      let format = configuration.base.logFormat
      LoggingSystem.bootstrap { _ in JobLogHandler(format) }
      var log = Logger(label: "thermocline")
      log.logLevel = Logger.Level(rawValue: configuration.base.logLevel.rawValue) ?? .info
      let token = try configuration.base.server.accessToken()
      let certificate = try configuration.base.server.certificateWatch(log: log)
      let job = try NotifyJob(
        configuration, environment: ConfigurationOptions.environment, log: log)
      let server = try serve(
        job, configuration.base.server.listen, token, certificate?.holder, log)
      defer { server?.stop() }
      let termination = Termination { _ in job.stop() }
      let hangup = Termination(hangup: { certificate?.reload() })
      defer { withExtendedLifetime((termination, hangup)) {} }
      log.info("started", metadata: ["topic": "\(configuration.base.output.alerts)"])
      try job.run()
    }
  }

  private func read() throws -> NotifyConfiguration {
    var configuration = try Inputs.notifyConfiguration(config)
    let flags = [("--brokers", "kafka.brokers", brokers), ("--listen", "server.listen", listen)]
      .compactMap { origin, key, text in
        text.map { ConfigurationOverride(origin: origin, key: key, text: $0) }
      }
    do {
      try configuration.apply(
        ConfigurationOverride.all(in: ConfigurationOptions.environment) + flags)
    } catch {
      throw JobFailure(.configuration, "\(error)")
    }
    return configuration
  }

  private func show(_ configuration: NotifyConfiguration) throws {
    let dry = try NotifyDryRun(configuration)
    if let input { return try dry.run(file: input) { print($0) } }
    let interruption = Interruption()
    let termination = Termination { _ in interruption.set() }
    defer { withExtendedLifetime(termination) {} }
    let unreadable = try dry.runTopic(isStopped: { interruption.isSet }, show: { print($0) })
    if unreadable > 0 {
      StandardError.write("messages that are no alerts, for the dead letters: \(unreadable)\n")
    }
    if interruption.isSet { throw JobFailure(.interrupted, "interrupted before the end") }
  }

  private func serve(
    _ job: NotifyJob, _ address: ListenAddress?, _ token: AccessToken?,
    _ certificate: CertificateHolder?, _ log: Logger
  ) throws -> JobServer? {
    guard let address else { return nil }
    var routes = RouteTable()
    routes.add(NotifyRoutes(certificate: certificate) { job.snapshots })
    let server = try JobServer(
      address, token: token, certificate: certificate, routes: routes, log: log)
    let bound = ServerURL(try server.start(), isSecure: certificate != nil)
    log.info("serving", metadata: ["address": "\(bound)"])
    return server
  }
}
