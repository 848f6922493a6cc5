internal import Dispatch

/// Waits some milliseconds; for loops that watch other threads.
func pauseBriefly() { _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(20)) }
