internal import Dispatch

/// Waits some milliseconds; for loops that watch other threads.
package func pauseBriefly(milliseconds: Int = 20) {
  _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(milliseconds))
}
