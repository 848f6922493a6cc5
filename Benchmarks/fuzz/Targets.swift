@testable import ThermoclineCodec

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The targets by their names.
enum Targets {
  /// The one that the environment names.
  nonisolated(unsafe) static let current: any Target = {
    let name = getenv("THERMOCLINE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    switch name {
    case "native": return MessageTarget([Reading(.thermocline)])
    case "fields":
      return MessageTarget(
        [.segment, .cloudevents, .posthog, .amplitude, .mapped, .auto].map(Reading.init))
    case "rows": return MessageTarget([.snowplow, .csv].map(Reading.init))
    case "headers": return HeaderTarget()
    case "gzip": return GzipTarget()
    case "profiles": return ProfileTarget()
    case "days": return DayTarget()
    case "checkpoints": return CheckpointTarget()
    case "marks": return MarkTarget()
    default: fatalError("there is no target \"\(name)\"")
    }
  }()
}
