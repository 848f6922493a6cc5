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
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        signal(number, SIG_DFL)
        handler(number)
      }
      source.resume()
      return source
    }
  }

  /// SIGHUP only, each time: nobody waits for the end.
  package init(hangup handler: @escaping @Sendable () -> Void) {
    signal(SIGHUP, SIG_IGN)
    let source = DispatchSource.makeSignalSource(
      signal: SIGHUP, queue: DispatchQueue(label: "thermocline.hangup"))
    source.setEventHandler { handler() }
    source.resume()
    sources = [source]
  }

  deinit { for source in sources { source.cancel() } }
}
