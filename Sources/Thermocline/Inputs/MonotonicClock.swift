internal import Dispatch

/// Nanoseconds that only go forward; for rates and intervals.
package func monotonicNanoseconds() -> UInt64 { DispatchTime.now().uptimeNanoseconds }
