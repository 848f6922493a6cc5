internal import Dispatch
internal import Synchronization

/// Waits on the calling thread, which must be none of the concurrency runtime's own, for what `body` comes to.
package func blocking<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
  let box = Box<Value>()
  let done = DispatchSemaphore(value: 0)
  Task {
    let value = await body()
    box.value.withLock { $0 = value }
    done.signal()
  }
  done.wait()
  return box.value.withLock { value in
    guard let value else { preconditionFailure("signalled without a value") }
    return value
  }
}

private final class Box<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}
