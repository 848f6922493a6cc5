import Dispatch
import Thermocline
import ThermoclineEngine

/// One line on a terminal, renewed every second: what a running job does. Silent in a pipe.
final class StatusLine {
  /// nil where there is no terminal.
  private let timer: (any DispatchSourceTimer)?

  init(_ job: StreamingJob) {
    guard TerminalMode.ofStandardError() != .lines else {
      timer = nil
      return
    }
    let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "thermocline.status"))
    self.timer = timer
    let counter = Counter()
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler {
      let snapshot = job.pipeline.snapshot
      let totals = snapshot.totals
      let megabytes = snapshot.progress.reduce(0) { $0 + $1.bytes } >> 20
      let rate = counter.step(totals.read)
      StandardError.write(
        "\r\u{1B}[K\(rate) events/s   lag \(job.lag)   read \(totals.read)   late \(totals.late)   "
          + "refused \(totals.refused)   accounts \(snapshot.progress.reduce(0) { $0 + $1.accounts }) in "
          + "\(megabytes) MiB   scores \(totals.scores)   alerts \(totals.alerts)")
    }
    timer.resume()
  }

  func end() {
    guard let timer else { return }
    timer.cancel()
    StandardError.write("\r\u{1B}[K")
  }
}

/// SAFETY of `@unchecked Sendable`: touched by the timer's queue only.
private final class Counter: @unchecked Sendable {
  private var last = 0

  func step(_ count: Int) -> Int {
    defer { last = count }
    return count - last
  }
}
