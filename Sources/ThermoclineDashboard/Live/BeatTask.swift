internal import Synchronization

/// Holds the task that keeps streams alive; setting another one ends it.
final class BeatTask: Sendable {
  private let task = Mutex<Task<Void, any Error>?>(nil)

  func set(_ next: Task<Void, any Error>?) {
    task.withLock { task in
      task?.cancel()
      task = next
    }
  }
}
