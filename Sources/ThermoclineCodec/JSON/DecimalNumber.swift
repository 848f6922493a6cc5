/// A decimal number as written, kept exactly enough to round it correctly to a whole number of
/// units.
///
/// The value is ±(`significand` + f) · 10^`exponent` with 0 ≤ f < 1; f > 0 exactly when `hasMore`.
/// The significand holds the first 19 significant digits.
struct DecimalNumber {
  private(set) var isNegative = false
  private var significand: UInt64 = 0
  private var exponent = 0
  private var hasMore = false

  /// The greatest magnitude `units` and `integer` give: results have at most 18 digits, so that the
  /// 19 digits kept always reach past the place that is rounded.
  static let magnitudeMax: Int64 = 999_999_999_999_999_999

  /// Reads a number the scanner has taken.
  init(_ token: JSONNumberToken, in text: Span<UInt8>) {
    var at = token.range.lowerBound
    var isFraction = false
    if text[at] == Ascii.minus {
      isNegative = true
      at += 1
    }
    while at < token.range.upperBound {
      let byte = text[at]
      at += 1
      if Ascii.isDigit(byte) {
        append(digit: byte - Ascii.zero, isFraction: isFraction)
      } else if byte == Ascii.point {
        isFraction = true
      } else {
        exponent += Self.exponent(in: text, at..<token.range.upperBound)
        break
      }
    }
  }

  /// The whole number nearest to value · 10^`places`, ties to even; nil beyond `magnitudeMax`.
  func units(places: Int) -> Int64? {
    guard let (magnitude, isExact, isAboveHalf, isHalf) = quotient(places: places) else {
      return nil
    }
    let up = !isExact && (isAboveHalf || (isHalf && magnitude % 2 == 1))
    return signed(magnitude + (up ? 1 : 0))
  }

  /// The greatest whole number not above |value| · 10^`places`, with the value's sign; nil beyond
  /// `magnitudeMax`.
  func cut(places: Int) -> Int64? { quotient(places: places).flatMap { signed($0.magnitude) } }

  /// The value when it is a whole number; nil when it is not, or beyond `magnitudeMax`.
  var integer: Int64? {
    guard let (magnitude, isExact, _, _) = quotient(places: 0), isExact else { return nil }
    return signed(magnitude)
  }

  /// ⌊|value| · 10^places⌋ and what is left over; nil beyond `magnitudeMax`.
  private func quotient(
    places: Int
  ) -> (magnitude: UInt64, isExact: Bool, isAboveHalf: Bool, isHalf: Bool)? {
    if significand == 0 { return (0, true, false, false) }
    let shift = exponent + places
    if shift >= 0 {
      guard !hasMore, shift < 19 else { return nil }
      let (product, overflow) = significand.multipliedReportingOverflow(by: power(shift))
      return overflow ? nil : (product, true, false, false)
    }
    // Twenty places down, 19 digits are less than a tenth.
    guard shift >= -19 else { return (0, false, false, false) }
    let divisor = power(-shift)
    let (magnitude, rest) = significand.quotientAndRemainder(dividingBy: divisor)
    let toNext = divisor - rest
    return (
      magnitude, rest == 0 && !hasMore, rest > toNext || (rest == toNext && hasMore),
      rest == toNext && !hasMore
    )
  }

  private func signed(_ magnitude: UInt64) -> Int64? {
    guard magnitude <= UInt64(Self.magnitudeMax) else { return nil }
    return isNegative ? -Int64(magnitude) : Int64(magnitude)
  }

  private mutating func append(digit: UInt8, isFraction: Bool) {
    if significand < 1_000_000_000_000_000_000 {
      significand = significand * 10 + UInt64(digit)
      if isFraction { exponent -= 1 }
    } else {
      if digit != 0 { hasMore = true }
      if !isFraction { exponent += 1 }
    }
  }

  /// The exponent's digits with their sign; held within ±10⁹, far past anything that matters.
  private static func exponent(in text: Span<UInt8>, _ range: Range<Int>) -> Int {
    var magnitude = 0
    for at in range where Ascii.isDigit(text[at]) && magnitude < 1_000_000_000 {
      magnitude = magnitude * 10 + Int(text[at] - Ascii.zero)
    }
    magnitude = min(magnitude, 1_000_000_000)
    return text[range.lowerBound] == Ascii.minus ? -magnitude : magnitude
  }

  /// 10^n, 0 ≤ n ≤ 19.
  private func power(_ n: Int) -> UInt64 {
    var result: UInt64 = 1
    for _ in 0..<n { result *= 10 }
    return result
  }
}

extension DecimalNumber {
  /// Reads a number written as JSON writes them; nil for anything else.
  init?(json text: String) {
    let bytes = Array(text.utf8)
    var scanner = JSONScanner()
    guard let token = try? scanner.number(in: bytes.span), token.range.count == bytes.count else {
      return nil
    }
    self.init(token, in: bytes.span)
  }
}
