#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Memory allocations of this process, where `Benchmarks/allocations` was loaded before it.
enum Allocations {
  /// So far; nil when nobody counts.
  static func count() -> Int? { counter.map { Int($0()) } }

  /// Leaves out what the calling thread allocates from now on: it only watches.
  static func watch() { watcher?() }

  private static let counter = find()
  private static let watcher = findWatcher()

  private static func findWatcher() -> (@convention(c) () -> Void)? {
    guard let program = unsafe dlopen(nil, RTLD_NOW),
      let symbol = unsafe dlsym(program, "thermocline_allocations_watch")
    else { return nil }
    // SAFETY: the library defines this symbol as a function of this type.
    return unsafe unsafeBitCast(symbol, to: (@convention(c) () -> Void).self)
  }

  private static func find() -> (@convention(c) () -> UInt)? {
    guard let program = unsafe dlopen(nil, RTLD_NOW),
      let symbol = unsafe dlsym(program, "thermocline_allocations")
    else { return nil }
    // SAFETY: the library defines this symbol as a function of this type.
    return unsafe unsafeBitCast(symbol, to: (@convention(c) () -> UInt).self)
  }
}
