internal import Dispatch
package import Logging
internal import Synchronization
package import ThermoclineCore
package import ThermoclineServer

/// Follows a server's certificate while it runs: what is put in its place is served from the next connection on, what
/// cannot be served is logged, and the one before stays. Says ahead when it expires.
package final class CertificateWatch: Sendable {
  /// What the server takes for new connections.
  package let holder: CertificateHolder

  private let files: CertificateFiles
  private let log: Logger
  private let clock: @Sendable () -> EventTime
  private let queue = DispatchQueue(label: "thermocline.certificate")
  private let state: Mutex<State>
  private static let lookSeconds = 60
  /// From then on the log says so, once a day.
  private static let warningDays: Int64 = 14

  private struct State {
    var stamps: [FileStamp]
    /// Why the files are not served as they are; nil = they are.
    var refusal: String?
    /// The days left that were said last.
    var daysSaid: Int64?
    var timer: RepeatingTimer?
  }

  /// Reads the files. Throws where they cannot be served.
  package init(
    _ files: CertificateFiles, log: Logger, clock: @escaping @Sendable () -> EventTime = wallClock
  ) throws(JobFailure) {
    self.files = files
    self.log = log
    self.clock = clock
    let stamps = files.stamps
    holder = CertificateHolder(try files.read(now: clock()))
    state = Mutex(State(stamps: stamps))
  }

  /// Looks once a minute from here on, for as long as it lives.
  package func start() {
    queue.async { self.look() }
    let timer = RepeatingTimer("thermocline.certificate.timer", seconds: Self.lookSeconds) {
      [weak self] in self?.reload()
    }
    state.withLock { $0.timer = timer }
  }

  /// Looks now, on a thread of its own. Any thread.
  package func reload() { queue.async { self.look() } }

  /// Reads the files if one looks different, or while they are refused: a certificate may have been put there before
  /// its key.
  func look() {
    // Looked at before they are read: what changes meanwhile is seen with the next look.
    let stamps = files.stamps
    let isDue = state.withLock { $0.stamps != stamps || $0.refusal != nil }
    if isDue { read(stamps) }
    tellAge()
  }

  private func read(_ stamps: [FileStamp]) {
    do throws(JobFailure) {
      let certificate = try files.read(now: clock())
      holder.take(certificate)
      state.withLock { state in
        state.stamps = stamps
        (state.refusal, state.daysSaid) = (nil, nil)
      }
      log.info("a new certificate is served", metadata: ["expires": "\(certificate.expires)"])
    } catch {
      let isNew = state.withLock { state in
        defer { (state.stamps, state.refusal) = (stamps, error.message) }
        return state.refusal != error.message
      }
      guard isNew else { return }
      log.warning(
        "a certificate was refused; the one before stays",
        metadata: ["reason": "\(error.message)", "expires": "\(holder.current.expires)"])
    }
  }

  private func tellAge() {
    let left = holder.current.expires - clock()
    // An expired one is said once.
    let said = left > .zero ? left.milliseconds / TimeSpan.days(1).milliseconds : -1
    let isNew = state.withLock { state in
      defer { state.daysSaid = said }
      return state.daysSaid != said
    }
    guard isNew, said < Self.warningDays else { return }
    let metadata: Logger.Metadata = [
      "days": "\(max(said, 0))", "expires": "\(holder.current.expires)",
      "file": "\(files.certificate.path)",
      "todo": "put a renewed one in its place; no restart is needed",
    ]
    if said < 0 {
      log.error("the certificate has expired; clients refuse it", metadata: metadata)
    } else {
      log.warning("the certificate expires soon", metadata: metadata)
    }
  }
}
