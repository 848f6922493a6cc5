#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What this process has used so far, by the operating system's own accounting.
package struct ProcessUsage: Sendable {
  /// Wall clock in nanoseconds, from some fixed point.
  package var nanoseconds: UInt64
  /// Processor seconds of all threads, in the program and in the system on its behalf.
  package var userSeconds: Double
  package var systemSeconds: Double
  /// The most memory that was resident at once, in bytes.
  package var peakBytes: Int

  /// Now.
  package static func now() -> ProcessUsage {
    var usage = rusage()
    #if canImport(Glibc)
      let status = unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
      let peakUnit = 1_024
    #else
      let status = unsafe getrusage(RUSAGE_SELF, &usage)
      let peakUnit = 1
    #endif
    precondition(status == 0, "a process may always ask for its own usage")
    return ProcessUsage(
      nanoseconds: monotonicNanoseconds(), userSeconds: seconds(usage.ru_utime),
      systemSeconds: seconds(usage.ru_stime), peakBytes: Int(usage.ru_maxrss) * peakUnit)
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  /// Memory resident now, in bytes; 0 where the system does not say.
  package static func residentBytes() -> Int {
    #if canImport(Glibc)
      guard let text = try? readFile("/proc/self/statm") else { return 0 }
      let fields = String(decoding: text, as: UTF8.self).split(separator: " ")
      return (Int(fields.dropFirst().first ?? "") ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    #else
      return 0
    #endif
  }
}

/// What something cost: the difference of two looks.
package struct Expense: Sendable, Equatable {
  package var seconds: Double
  package var userSeconds: Double
  package var systemSeconds: Double

  package var cpuSeconds: Double { userSeconds + systemSeconds }

  package init(since start: ProcessUsage, until end: ProcessUsage = .now()) {
    seconds = Double(end.nanoseconds - start.nanoseconds) / 1e9
    userSeconds = end.userSeconds - start.userSeconds
    systemSeconds = end.systemSeconds - start.systemSeconds
  }

  /// Events a CPU-second.
  func eventsPerCPUSecond(_ events: Int) -> Double { Double(events) / max(cpuSeconds, 1e-9) }

  /// Events a second of the wall clock.
  func eventsPerSecond(_ events: Int) -> Double { Double(events) / max(seconds, 1e-9) }
}
