internal import Logging
internal import Synchronization
internal import ThermoclineServer

/// Serves a job's metrics and asks for them ten times a second, where a Prometheus asks once in 15 s.
final class JobScraper: Sendable {
  private let server: JobServer
  private let asking: Task<Void, Never>
  private let answers = Answers()

  init(_ job: StreamingJob, log: Logger) throws(JobFailure) {
    let telemetry = JobTelemetry(job)
    var routes = RouteTable()
    routes.add(OperationRoutes { telemetry.observation })
    server = try JobServer(
      ListenAddress(host: "127.0.0.1", port: 0), token: nil, certificate: nil, routes: routes,
      log: log)
    let client = StatusClient(try server.start(), token: nil)
    let answers = answers
    asking = Task {
      while !Task.isCancelled {
        if let reply = try? await client.get("/metrics"), reply.status == 200 { answers.add() }
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  /// Ends asking and serving; how often the metrics came.
  func stop() -> Int {
    asking.cancel()
    let asking = asking
    blocking { await asking.value }
    server.stop()
    return answers.count
  }

  private final class Answers: Sendable {
    private let value = Atomic(0)

    func add() { value.wrappingAdd(1, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
  }
}
