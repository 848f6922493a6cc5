/// A length of event time in milliseconds; may be negative.
@frozen public struct TimeSpan: Hashable, Comparable, Sendable, BitwiseCopyable {
  public var milliseconds: Int64

  @inlinable public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static func seconds(_ n: Int64) -> TimeSpan { TimeSpan(milliseconds: n * 1_000) }
  public static func minutes(_ n: Int64) -> TimeSpan { TimeSpan(milliseconds: n * 60_000) }
  public static func hours(_ n: Int64) -> TimeSpan { TimeSpan(milliseconds: n * 3_600_000) }
  public static func days(_ n: Int64) -> TimeSpan { TimeSpan(milliseconds: n * 86_400_000) }
  public static let zero = TimeSpan(milliseconds: 0)

  /// The span in days, as a fraction.
  public var days: Double { Double(milliseconds) / 86_400_000 }

  @inlinable public static func < (a: TimeSpan, b: TimeSpan) -> Bool {
    a.milliseconds < b.milliseconds
  }
  @inlinable public static func + (a: TimeSpan, b: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: a.milliseconds + b.milliseconds)
  }
  @inlinable public static func - (a: TimeSpan, b: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: a.milliseconds - b.milliseconds)
  }
  @inlinable public static func * (a: TimeSpan, n: Int64) -> TimeSpan {
    TimeSpan(milliseconds: a.milliseconds * n)
  }
}

extension TimeSpan: CustomStringConvertible {
  private static let units: [(suffix: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// The span as a policy writes it: a whole number of the largest unit that divides it (`7d`, `90m`, `250ms`).
  public var description: String {
    let unit = Self.units.first { milliseconds % $0.milliseconds == 0 && milliseconds != 0 }
    return unit.map { "\(milliseconds / $0.milliseconds)\($0.suffix)" } ?? "0s"
  }

  /// Reads what `description` writes: a whole number and one of `d h m s ms`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "-") }
    let suffix = text.dropFirst(digits.count)
    guard let n = Int64(digits), let unit = Self.units.first(where: { $0.suffix == suffix }),
      case (let product, let overflow) = n.multipliedReportingOverflow(by: unit.milliseconds),
      !overflow
    else { return nil }
    self.init(milliseconds: product)
  }
}
