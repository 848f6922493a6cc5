import ArgumentParser
import Thermocline

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Turns failures into one sentence on standard error and a documented exit status.
enum Command {
  static func run(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let failure as JobFailure {
      fail(failure)
    }
  }

  static func fail(_ failure: JobFailure) -> Never {
    // What was printed so far comes first.
    fflush(nil)
    StandardError.write("thermocline: \(failure.message)\n")
    exit(failure.status.rawValue)
  }
}
