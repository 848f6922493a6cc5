package import ThermoclineCore

/// How long to wait after a failure: a random time between nothing and a bound that doubles ("full jitter", Brooker 2015),
/// so that many senders do not come back at once.
package struct RetrySchedule: Sendable {
  /// The first bound and the last.
  package var first: TimeSpan
  package var last: TimeSpan

  package init(first: TimeSpan = .seconds(1), last: TimeSpan = .minutes(5)) {
    self.first = first
    self.last = last
  }

  /// The bound after so many failures in a row, from 1.
  package func bound(failures: Int) -> TimeSpan {
    let doublings = min(max(failures - 1, 0), 40)
    let (product, overflow) = first.milliseconds.multipliedReportingOverflow(by: 1 << doublings)
    return overflow ? last : min(last, TimeSpan(milliseconds: product))
  }

  /// The time to wait. What the server asked for is waited for at least.
  package func delay(
    failures: Int, retryAfter: TimeSpan?, using generator: inout some RandomNumberGenerator
  ) -> TimeSpan {
    let bound = bound(failures: failures).milliseconds
    let jittered = TimeSpan(milliseconds: Int64.random(in: 0...max(bound, 0), using: &generator))
    return max(jittered, retryAfter ?? .zero)
  }
}
