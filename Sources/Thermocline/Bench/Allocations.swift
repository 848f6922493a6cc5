#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Memory allocations of this process, where `Benchmarks/allocations` was loaded before it.
enum Allocations {
  /// So far; nil when nobody counts.
  static func count() -> Int? { counter.map { Int($0()) } }

  private static let counter = find()

  private static func find() -> (@convention(c) () -> UInt)? {
    guard let program = unsafe dlopen(nil, RTLD_NOW),
      let symbol = unsafe dlsym(program, "thermocline_allocations")
    else { return nil }
    // SAFETY: the library defines this symbol as a function of this type.
    return unsafe unsafeBitCast(symbol, to: (@convention(c) () -> UInt).self)
  }
}
