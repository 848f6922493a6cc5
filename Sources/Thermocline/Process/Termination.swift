internal import Dispatch

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Turns SIGINT and SIGTERM, or SIGHUP, into a call, for as long as it lives.
package final class Termination {
  private let sources: [any DispatchSourceSignal]

  /// `handler` gets the signal's number, on a queue of its own; the second signal of a kind ends the process at
  /// once, for a person who does not want to wait.
  package init(_ handler: @escaping @Sendable (Int32) -> Void) {
    let queue = DispatchQueue(label: "thermocline.signals")
    sources = [SIGINT, SIGTERM].map { number in
      Self.source(number, queue) {
        signal(number, SIG_DFL)
        handler(number)
      }
    }
  }

  /// SIGHUP only, each time: nobody waits for the end.
  package init(hangup handler: @escaping @Sendable () -> Void) {
    sources = [Self.source(SIGHUP, DispatchQueue(label: "thermocline.hangup"), handler)]
  }

  /// A source that hears every signal that comes after this returns. Darwin wants the signal ignored before, so one that
  /// comes too early is lost there; elsewhere it ends the process, which has not begun its work.
  private static func source(
    _ number: Int32, _ queue: DispatchQueue, _ handler: @escaping @Sendable () -> Void
  ) -> any DispatchSourceSignal {
    #if canImport(Darwin)
      signal(number, SIG_IGN)
    #endif
    let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
    let isListening = DispatchSemaphore(value: 0)
    source.setRegistrationHandler { isListening.signal() }
    source.setEventHandler(handler: handler)
    source.resume()
    isListening.wait()
    return source
  }

  deinit { for source in sources { source.cancel() } }
}
