import ArgumentParser
import Logging
import Thermocline
import ThermoclineCore
import ThermoclineEngine
import ThermoclineServer

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs the streaming job until SIGTERM or SIGINT; then it drains and exits 0.",
    discussion: """
      SIGHUP reads the policy and the server's certificate again. Logs to standard error. On a terminal a line shows events a second and lag.
      Serves /metrics, /livez, /readyz, /status and /drain where server.listen says.

      Example: thermocline run --config deploy/config/thermocline.yaml --brokers kafka-1:9092
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() throws {
    try Command.run {
      let configuration = try options.read()
      let format = configuration.logFormat
      LoggingSystem.bootstrap { _ in JobLogHandler(format) }
      var log = Logger(label: "thermocline")
      log.logLevel = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
      let token = try configuration.server.accessToken()
      let certificate = try configuration.server.certificateWatch(log: log)
      let job = try StreamingJob(configuration.settings(), log: log)
      let server = try serve(job, configuration.server.listen, token, certificate?.holder, log)
      defer { server?.stop() }
      let termination = Termination { _ in job.stop() }
      let hangup = Termination(hangup: {
        job.reloadPolicy()
        certificate?.reload()
      })
      defer { withExtendedLifetime((termination, hangup)) {} }
      log.info(
        "started", metadata: ["topics": "\(configuration.inputTopics.joined(separator: ","))"])
      let status = StatusLine(job)
      defer { status.end() }
      try job.run()
      let totals = job.pipeline.snapshot.totals
      log.info(
        "drained",
        metadata: [
          "read": "\(totals.read)", "applied": "\(totals.applied)", "late": "\(totals.late)",
          "refused": "\(totals.refused)", "duplicates": "\(totals.duplicates)",
          "aliases": "\(totals.aliases)", "held": "\(totals.held)",
          "unresolved": "\(totals.unresolved)",
          "too_many_accounts": "\(totals.refusedBy[.tooManyAccounts] ?? 0)",
          "users_not_counted": "\(totals.uncounted)", "scores": "\(totals.scores)",
          "alerts": "\(totals.alerts)",
        ])
    }
  }

  /// Serves what there is to see of the job; nil where nothing is to be served.
  private func serve(
    _ job: StreamingJob, _ address: ListenAddress?, _ token: AccessToken?,
    _ certificate: CertificateHolder?, _ log: Logger
  ) throws -> JobServer? {
    guard let address else { return nil }
    let telemetry = JobTelemetry(job, certificate: certificate)
    var routes = RouteTable()
    routes.add(OperationRoutes(drain: { job.drain() }) { telemetry.observation })
    let server = try JobServer(
      address, token: token, certificate: certificate, routes: routes, log: log)
    let bound = ServerURL(try server.start(), isSecure: certificate != nil)
    log.info("serving", metadata: ["address": "\(bound)"])
    return server
  }
}
