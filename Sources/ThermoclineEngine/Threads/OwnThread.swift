import Dispatch

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread of its own for calls that block (a Kafka poll, a file read): libdispatch would count such a worker as
/// busy and add others only slowly.
///
/// SAFETY: the closure is handed to the new thread by one retained reference, which that thread releases.
@safe package final class OwnThread: Sendable {
  private let finished = DispatchSemaphore(value: 0)

  /// Starts at once. Linux shows the thread by its name, of at most 15 bytes.
  package init(_ name: StaticString, _ body: @escaping @Sendable () -> Void) {
    let finished = finished
    let start = Start {
      Self.nameThread(name)
      body()
      finished.signal()
    }
    let context = unsafe Unmanaged.passRetained(start).toOpaque()
    #if canImport(Glibc)
      var thread = pthread_t()
      let status = unsafe pthread_create(&thread, nil, { unsafe runStart($0!) }, context)
      if status == 0 { pthread_detach(thread) }
    #else
      var thread: pthread_t?
      let status = unsafe pthread_create(&thread, nil, { unsafe runStart($0) }, context)
      if let thread = unsafe thread { unsafe pthread_detach(thread) }
    #endif
    precondition(status == 0, "the system refuses a new thread (\(status))")
  }

  /// Gives the calling thread a name where Linux keeps them; one without it does its work all the same.
  private static func nameThread(_ name: StaticString) {
    precondition(name.utf8CodeUnitCount <= 15, "a thread's name has at most 15 bytes")
    #if canImport(Glibc)
      let descriptor = unsafe open("/proc/thread-self/comm", O_WRONLY)
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      // SAFETY: a literal's bytes live as long as the program.
      _ = unsafe write(descriptor, name.utf8Start, name.utf8CodeUnitCount)
    #endif
  }

  /// Waits until the closure has returned. Call once.
  package func join() { finished.wait() }
}

private final class Start: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runStart(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  let start = unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
  start.body()
  return nil
}
