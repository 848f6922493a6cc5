internal import ThermoclineCore

/// Reads an event of the usual shape: one flat object, known keys at most once, plain ASCII
/// strings, plain numbers, no whitespace but at most one space after a colon or comma.
///
/// It answers only what the exact reader would answer too; whatever else it meets, good or bad, is
/// "don't know" (nil) and left to the exact reader.
///
/// The end of the text is asked for once a member; within a member it may read up to 48 bytes too
/// far, which `MessageText` allows, and then either finds no quotation mark or comes out past the
/// end and fails.
struct FastEventScanner {
  private let text: MessageText
  private var position: Int
  /// The closing brace has been met.
  private var isClosed = false

  /// Fills the event's fields from the object at `start` and returns the position after it; nil
  /// when it is not of the usual shape. `record`, which is fresh, is then half filled and worthless.
  @inline(__always) static func scan(
    _ text: MessageText, at start: Int, latestAccepted: EventTime, into record: inout EventRecord
  ) -> Int? {
    guard text.byte(at: start) == Ascii.openBrace else { return nil }
    record.time = unset
    record.valueMicros = unset
    var scanner = FastEventScanner(text: text, position: start + 1)
    guard scanner.members(into: &record), scanner.position <= text.end, !record.type.isAbsent,
      !record.account.isAbsent, record.time >= Limits.eventTimeMin.milliseconds,
      record.time <= latestAccepted.milliseconds
    else { return nil }
    if record.valueMicros == unset { record.valueMicros = EventRecord().valueMicros }
    return scanner.position
  }

  /// What a number's field holds until its key has been met; no number is so small. Of a string the
  /// absent range says the same: what is read has a length.
  private static var unset: Int64 { .min }

  private init(text: MessageText, position: Int) {
    self.text = text
    self.position = position
  }

  /// All members and the closing brace. The keys are tried in their usual order, which costs one
  /// comparison a key; another order takes more rounds.
  @inline(__always) private mutating func members(into record: inout EventRecord) -> Bool {
    while position < text.end {
      let roundStart = position
      if isAtID {
        guard record.id.isAbsent, key(length: 5), string(&record.id), separator() else {
          return isClosed
        }
      }
      if isAtType {
        guard record.type.isAbsent, key(length: 7), string(&record.type), separator() else {
          return isClosed
        }
      }
      if isAtAccount {
        guard record.account.isAbsent, key(length: 10), string(&record.account), separator() else {
          return isClosed
        }
      }
      if isAtUser {
        guard record.user.isAbsent, key(length: 7), string(&record.user), separator() else {
          return isClosed
        }
      }
      if isAtMilliseconds {
        guard record.time == Self.unset, key(length: 5), milliseconds(&record.time), separator()
        else {
          return isClosed
        }
      }
      if isAtFeature {
        guard record.feature.isAbsent, key(length: 10), string(&record.feature), separator() else {
          return isClosed
        }
      }
      if isAtValue {
        guard record.valueMicros == Self.unset, key(length: 8), micros(&record.valueMicros),
          separator()
        else {
          return isClosed
        }
      }
      if isAtTime {
        guard record.time == Self.unset, key(length: 7), timestamp(&record.time), separator() else {
          return isClosed
        }
      }
      if position == roundStart {
        guard unknownMember(), separator() else { return isClosed }
      }
    }
    return false
  }

  /// A member whose key is none of ours and whose value is a plain string or number or a word.
  private mutating func unknownMember() -> Bool {
    var ignored = ByteRange.absent
    guard string(&ignored), text.byte(at: position) == Ascii.colon else { return false }
    position &+= 1
    skipSpace()
    guard position < text.end else { return false }
    switch text.byte(at: position) {
    case Ascii.quote: return string(&ignored)
    case UInt8(ascii: "t"): return literal(ByteWord.of("t", "r", "u", "e"), length: 4)
    case UInt8(ascii: "f"): return literal(ByteWord.of("f", "a", "l", "s", "e"), length: 5)
    case UInt8(ascii: "n"): return literal(ByteWord.of("n", "u", "l", "l"), length: 4)
    default:
      var number: Int64 = 0
      return micros(&number)
    }
  }

  private mutating func literal(_ literal: UInt64, length: Int) -> Bool {
    let mask = (1 as UInt64) << UInt64(8 &* length) &- 1
    guard text.word(at: position) & mask == literal else { return false }
    position &+= length
    return true
  }

  // A key is told from the eight bytes at its quotation mark.
  @inline(__always) private var word: UInt64 { text.word(at: position) }

  @inline(__always) private var isAtID: Bool {
    word & 0xFF_FFFF_FFFF == ByteWord.of("\"", "i", "d", "\"", ":")
  }

  @inline(__always) private var isAtType: Bool {
    word & 0xFF_FFFF_FFFF_FFFF == ByteWord.of("\"", "t", "y", "p", "e", "\"", ":")
  }

  @inline(__always) private var isAtAccount: Bool {
    word == ByteWord.of("\"", "a", "c", "c", "o", "u", "n", "t") && isEndOfKey
  }

  @inline(__always) private var isAtUser: Bool {
    word & 0xFF_FFFF_FFFF_FFFF == ByteWord.of("\"", "u", "s", "e", "r", "\"", ":")
  }

  @inline(__always) private var isAtMilliseconds: Bool {
    word & 0xFF_FFFF_FFFF == ByteWord.of("\"", "t", "s", "\"", ":")
  }

  @inline(__always) private var isAtFeature: Bool {
    word == ByteWord.of("\"", "f", "e", "a", "t", "u", "r", "e") && isEndOfKey
  }

  @inline(__always) private var isAtValue: Bool {
    word == ByteWord.of("\"", "c", "o", "u", "n", "t", "\"", ":")
      || word == ByteWord.of("\"", "v", "a", "l", "u", "e", "\"", ":")
  }

  @inline(__always) private var isAtTime: Bool {
    word & 0xFF_FFFF_FFFF_FFFF == ByteWord.of("\"", "t", "i", "m", "e", "\"", ":")
  }

  /// Whether a key of seven letters ends after its eight bytes.
  @inline(__always) private var isEndOfKey: Bool {
    text.word(at: position &+ 8) & 0xFFFF == ByteWord.of("\"", ":")
  }

  /// Moves past a key.
  @inline(__always) private mutating func key(length: Int) -> Bool {
    position &+= length
    skipSpace()
    return true
  }

  /// Moves past what follows a member; true when another member within the text may follow.
  @inline(__always) private mutating func separator() -> Bool {
    let byte = text.byte(at: position)
    position &+= 1
    if byte == Ascii.comma {
      skipSpace()
      return position < text.end
    }
    isClosed = byte == Ascii.closeBrace
    return false
  }

  // A branch here is foreseen by the processor; a conditional move would make every later step wait
  // for this byte. The hint keeps it a branch.
  @inline(__always) private mutating func skipSpace() {
    if _slowPath(text.byte(at: position) == Ascii.space) { position &+= 1 }
  }

  /// A string of 1…`nameBytesMax` plain ASCII characters.
  @inline(__always) private mutating func string(_ range: inout ByteRange) -> Bool {
    guard text.byte(at: position) == Ascii.quote else { return false }
    let start = position &+ 1
    var at = start
    var count = text.plainCount(at: at)
    while count == 16 {
      at &+= 16
      guard at < text.end else { return false }
      count = text.plainCount(at: at)
    }
    at &+= count
    let length = at &- start
    guard text.byte(at: at) == Ascii.quote, length > 0, length <= Limits.nameBytesMax else {
      return false
    }
    range = ByteRange(offset: start, length: length)
    position = at &+ 1
    return true
  }

  /// A whole number of exactly 13 digits: every time from September 2001 to 2286.
  @inline(__always) private mutating func milliseconds(_ time: inout Int64) -> Bool {
    let head = ByteWord.digits(text.word(at: position))
    let tail = ByteWord.digits(text.word(at: position &+ 8))
    guard ByteWord.nonDigits(head) == 0,
      ByteWord.countBeforeFirst(ByteWord.nonDigits(tail)) == 5, head & 0xFF != 0
    else { return false }
    let number = ByteWord.number(head) &* 100_000 &+ ByteWord.number(tail << 24)
    time = Int64(bitPattern: number)
    position &+= 13
    return true
  }

  /// A time of RFC 3339.
  @inline(__always) private mutating func timestamp(_ time: inout Int64) -> Bool {
    var range = ByteRange.absent
    guard string(&range), position <= text.end else { return false }
    let start = Int(range.offset)
    let parsed = text.withSpan { RFC3339.time(in: $0, start..<start + Int(range.length)) }
    guard let parsed else { return false }
    time = parsed.milliseconds
    return true
  }

  /// A number of up to seven digits before and up to six after a decimal point.
  @inline(__always) private mutating func micros(_ value: inout Int64) -> Bool {
    let digits = ByteWord.digits(text.word(at: position))
    let count = ByteWord.countBeforeFirst(ByteWord.nonDigits(digits))
    guard count > 0, count < 8, count == 1 || digits & 0xFF != 0 else { return false }
    let whole = ByteWord.number(digits << UInt64(64 &- 8 &* count))
    value = Int64(bitPattern: whole &* 1_000_000)
    position &+= count
    return text.byte(at: position) != Ascii.point || decimals(&value)
  }

  @inline(__always) private mutating func decimals(_ value: inout Int64) -> Bool {
    position &+= 1
    let digits = ByteWord.digits(text.word(at: position))
    let count = ByteWord.countBeforeFirst(ByteWord.nonDigits(digits))
    guard count > 0, count <= 6 else { return false }
    // The digits stand for the first of eight decimals, the missing ones being zero.
    let kept = digits & (1 << UInt64(8 &* count) &- 1)
    value &+= Int64(bitPattern: ByteWord.number(kept) / 100)
    position &+= count
    return true
  }
}
