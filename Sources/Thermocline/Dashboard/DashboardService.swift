package import Logging
package import ThermoclineCodec
internal import ThermoclineCore
package import ThermoclineDashboard
internal import ThermoclineEngine
package import ThermoclineServer

/// The dashboard on the output topics: what reads them, what keeps them, what shows them. For a caller that waits on
/// threads; for one start and one stop.
package final class DashboardService: Sendable {
  /// A running job's status, or why there is none.
  package typealias JobSource = @Sendable () async -> Result<JobStatus, JobUnknown>

  private let feed: OutputFeed
  private let dashboard: Dashboard
  private let store: HistoryStore

  /// Opens the history and listens nowhere yet. `job`: nil = no job is known.
  package init(
    _ settings: DashboardSettings, job: JobSource?, log: Logger
  ) throws(JobFailure) {
    let store: HistoryStore
    do throws(HistoryFailure) {
      store = try HistoryStore(path: settings.database, log: log, now: { wallClock() })
    } catch {
      throw JobFailure(.cannotWrite, "--database: \(error)")
    }
    self.store = store
    let hub = LiveHub()
    let feed = OutputFeed(
      settings.kafka, topics: settings.topics, store: store, hub: hub,
      lookInterval: settings.lookInterval, log: log)
    self.feed = feed
    var context = DashboardContext(
      store: store, hub: hub, feed: { feed.state }, now: { wallClock() })
    context.job = job
    context.control = settings.controlsTopic.map { topic in
      let sender = ControlSender(topic: topic, kafka: settings.kafka)
      return { control, fingerprint in await Self.send(control, fingerprint, sender) }
    }
    do throws(ServerError) {
      dashboard = try Dashboard(
        context, on: settings.listen, token: settings.token, certificate: settings.certificate,
        log: log)
    } catch { throw JobFailure(.configuration, "--listen: \(error)") }
  }

  /// Begins to read and to listen; says where. Blocks until the brokers have answered.
  package func start() throws(JobFailure) -> ListenAddress {
    try feed.start()
    let dashboard = dashboard
    let result = blocking { () async -> Result<ListenAddress, ServerError> in
      do throws(ServerError) { return .success(try await dashboard.start()) } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let address): return address
    case .failure(let error):
      feed.finish()
      throw JobFailure(.unavailable, "--listen: \(error); name another address")
    }
  }

  /// Ends the pages, then the reading. Blocks for a few seconds at most.
  package func stop() {
    let dashboard = dashboard
    blocking { await dashboard.stop() }
    feed.finish()
    store.close()
  }

  /// How the reading of the topics goes.
  package var feedState: FeedState { feed.state }

  /// Sends on a thread of its own, for it waits for the brokers; answers why it was not sent.
  private static func send(
    _ control: AlertControl?, _ fingerprint: String, _ sender: ControlSender
  ) async -> String? {
    await withCheckedContinuation { continuation in
      _ = OwnThread("control") {
        do throws(JobFailure) {
          try sender.send(control, of: fingerprint)
          continuation.resume(returning: nil)
        } catch { continuation.resume(returning: error.message) }
      }
    }
  }
}
