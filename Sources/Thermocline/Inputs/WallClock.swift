package import ThermoclineCore

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The time of day, for judging whether an event lies in the future.
package func wallClock() -> EventTime {
  var now = timespec()
  unsafe clock_gettime(CLOCK_REALTIME, &now)
  return EventTime(milliseconds: Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000)
}
