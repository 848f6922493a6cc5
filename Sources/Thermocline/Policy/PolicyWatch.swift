internal import Dispatch
package import Logging
internal import Synchronization
package import ThermoclineCore
internal import ThermoclineEngine
package import ThermoclineHealth

/// Follows a policy's files while a job runs: what is read anew and valid is handed on, what is not is logged, and the
/// one before stays.
///
/// A look costs a `stat` for each file; they are read when one of them looks different, or when somebody asks for it.
package final class PolicyWatch: Sendable {
  /// Makes the policy hold; gives the first midnight that is judged by it.
  package typealias Taking = @Sendable (Policy) throws(SuccessionObstacle) -> EventTime

  private let path: String
  private let log: Logger
  private let take: Taking
  private let queue = DispatchQueue(label: "thermocline.policy")
  private let state: Mutex<State>
  private let isStopping = DispatchSemaphore(value: 0)

  private struct State {
    /// What holds, or will.
    var policy: Policy
    var stamps: [FileStamp]
    var files: [String]
    var thread: OwnThread?
  }

  /// The files were read before: `loaded` is what the job began with.
  package init(_ loaded: PolicyFile.Loaded, log: Logger, take: @escaping Taking) {
    path = loaded.files[0]
    self.log = log
    self.take = take
    state = Mutex(
      State(
        policy: loaded.policy, stamps: loaded.files.map(FileStamp.init), files: loaded.files))
  }

  /// Looks now and then from here on; zero = only when told.
  package func start(every interval: TimeSpan) {
    guard interval > .zero else { return }
    let milliseconds = Int(interval.milliseconds)
    let thread = OwnThread("policy") { [self] in
      while isStopping.wait(timeout: .now() + .milliseconds(milliseconds)) == .timedOut { look() }
    }
    state.withLock { $0.thread = thread }
  }

  /// Ends the looking.
  package func stop() {
    isStopping.signal()
    let thread = state.withLock { state in
      defer { state.thread = nil }
      return state.thread
    }
    thread?.join()
  }

  /// Reads the files, whether or not they look different, on a thread of its own. Any thread.
  package func reload() {
    queue.async { self.read() }
  }

  /// Reads the files if one of them looks different.
  func look() {
    let isChanged = state.withLock { $0.files.map(FileStamp.init) != $0.stamps }
    if isChanged { read() }
  }

  /// Reads the files and hands on what is new in them.
  func read() {
    // Looked at before they are read: what changes meanwhile is seen with the next look.
    var stamps = state.withLock { $0.files.map(FileStamp.init) }
    do throws(JobFailure) {
      let loaded = try PolicyFile.load(path)
      let (files, before) = state.withLock { ($0.files, $0.policy) }
      if loaded.files != files { stamps = loaded.files.map(FileStamp.init) }
      state.withLock { state in
        state.stamps = stamps
        state.files = loaded.files
      }
      guard loaded.policy != before else { return }
      if loaded.policy.identifier == before.identifier {
        return refuse("\(SuccessionObstacle.sameIdentifier)", before.identifier)
      }
      hand(loaded.policy)
    } catch {
      state.withLock { $0.stamps = stamps }
      refuse("\(error)", path)
    }
  }

  private func hand(_ policy: Policy) {
    do throws(SuccessionObstacle) {
      let from = try take(policy)
      state.withLock { $0.policy = policy }
      log.info(
        "a new policy was read",
        metadata: [
          "policy": "\(policy.identifier)", "file": "\(path)", "holds_from": "\(from)",
        ])
    } catch {
      refuse("\(error)", policy.identifier)
    }
  }

  private func refuse(_ reason: String, _ what: String) {
    log.warning(
      "a policy was refused; the one before stays",
      metadata: ["policy": "\(what)", "file": "\(path)", "reason": "\(reason)"])
  }
}
