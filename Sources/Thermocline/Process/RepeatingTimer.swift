internal import Dispatch
internal import Synchronization

/// Calls something again and again, on a queue of its own, for as long as it lives.
final class RepeatingTimer: Sendable {
  /// A dispatch source may be used by any thread; the lock says so to the compiler.
  private let source: Mutex<any DispatchSourceTimer>

  init(_ label: String, seconds: Int, _ body: @escaping @Sendable () -> Void) {
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: label))
    timer.schedule(deadline: .now() + .seconds(seconds), repeating: .seconds(seconds))
    timer.setEventHandler(handler: body)
    timer.activate()
    source = Mutex(timer)
  }

  deinit { source.withLock { $0.cancel() } }
}
