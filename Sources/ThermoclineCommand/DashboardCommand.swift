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
                thermocline dashboard --config thermocline.yaml --listen 0.0.0.0:9601 --token-file token \
                  --tls-certificate-file dashboard.pem --tls-key-file dashboard.key

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
    help: "PEM file with certificate and chain, to serve over TLS; looked at again each minute.")
  var tlsCertificateFile: String?
  @Option(name: .long, help: "PEM file with the certificate's key.")
  var tlsKeyFile: String?
  @Option(
    name: .long,
    help: "Where the job serves, or none, instead of the configuration's server.listen.")
  var job: String?
  @Option(name: .long, help: "File with the job's token (or THERMOCLINE_SERVER_TOKEN).")
  var jobTokenFile: String?
  @Option(
    name: .long,
    help:
      "PEM file of the authorities whose certificates are believed of the job, instead of the system's."
  )
  var jobCaFile: String?

  func validate() throws {
    if (tlsCertificateFile == nil) != (tlsKeyFile == nil) {
      throw ValidationError("--tls-certificate-file and --tls-key-file go together")
    }
  }

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
      let certificate = try certificateFiles.map { try CertificateWatch($0, log: log) }
      certificate?.start()
      settings.certificate = certificate?.holder
      let service = try DashboardService(settings, job: try jobSource(configuration), log: log)
      let ended = DispatchSemaphore(value: 0)
      let termination = Termination { _ in ended.signal() }
      let hangup = Termination(hangup: { certificate?.reload() })
      defer { withExtendedLifetime((termination, hangup)) {} }
      let address = try service.start()
      StandardOutput.write("http\(certificate == nil ? "" : "s")://\(address)/\n")
      log.info(
        "serving",
        metadata: ["address": "\(address)", "database": "\(database ?? "in memory")"])
      ended.wait()
      service.stop()
      log.info("stopped", metadata: ["messages": "\(service.feedState.messages)"])
    }
  }

  /// The files for TLS; nil without it.
  private var certificateFiles: CertificateFiles? {
    guard let tlsCertificateFile, let tlsKeyFile else { return nil }
    return CertificateFiles(
      certificate: ConfiguredFile(tlsCertificateFile, origin: "--tls-certificate-file"),
      key: ConfiguredFile(tlsKeyFile, origin: "--tls-key-file"))
  }

  /// The dashboard's own token; nil = none.
  private func accessToken() throws -> AccessToken? {
    guard token == nil || tokenFile == nil else {
      throw JobFailure(.usage, "give --token or --token-file")
    }
    return try AccessToken.given(
      file: tokenFile.map { ConfiguredFile($0, origin: "--token-file") },
      texts: [
        ("--token", token), ConfigurationOptions.variable("THERMOCLINE_DASHBOARD_TOKEN"),
      ])
  }

  /// Who knows how the job does; nil where there is none to ask.
  private func jobSource(_ configuration: JobConfiguration) throws -> DashboardService.JobSource? {
    if job == "none" { return nil }
    var server = configuration.server
    var isSecure = server.certificateFiles != nil
    if let job {
      guard let url = ServerURL(job) else {
        throw JobFailure(.usage, "--job: '\(job)' is no host:port and no https://host:port")
      }
      server.listen = url.address
      isSecure = isSecure || url.isSecure
    }
    if let jobTokenFile { server.tokenFile = jobTokenFile }
    guard let address = server.listen else { return nil }
    let token = try server.accessToken(
      origin: jobTokenFile == nil ? "server.token_file" : "--job-token-file")
    let source = try TopSource(
      ServerURL(address, isSecure: isSecure), token: token,
      authorities: jobCaFile.map { ConfiguredFile($0, origin: "--job-ca-file") },
      tokenOption: "--job-token-file")
    return {
      do throws(JobFailure) { return .success(try await source.currentStatus()) } catch {
        return .failure(JobUnknown(error.message))
      }
    }
  }
}
