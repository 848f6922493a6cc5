/// Decimal numbers, two digits at a time: a score has more than a hundred of them.
extension TextBuffer {
  /// The decimal number units · 10^−places, exactly and without trailing zeros. `places` is 0…18.
  public mutating func append(decimal units: Int64, places: Int) {
    // A sign, 20 digits, a point and a leading zero, with the pairs' last byte to spare.
    reserve(32)
    if units < 0 { put(0x2D) }
    let magnitude = units.magnitude
    // Division by a constant is a multiplication.
    switch places {
    case 0: put(digitsOf: magnitude)
    case 4:
      let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: 10_000)
      put(digitsOf: whole)
      if rest != 0 { put(fourPlaces: UInt32(truncatingIfNeeded: rest)) }
    case 6:
      let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: 1_000_000)
      put(digitsOf: whole)
      if rest != 0 { put(sixPlaces: UInt32(truncatingIfNeeded: rest)) }
    default:
      var unit: UInt64 = 1
      for _ in 0..<places { unit &*= 10 }
      let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: unit)
      put(digitsOf: whole)
      if rest != 0 { put(rest, places: places) }
    }
  }

  @inline(__always) private mutating func put(_ byte: UInt8) {
    unsafe base[used] = byte
    used &+= 1
  }

  /// A number below 100 as two digits at a place.
  @inline(__always) private func set(pair number: UInt32, at place: Int) {
    // 103 ÷ 1,024 is a tenth, near enough below 179.
    let tens = (number &* 103) >> 10
    let digits = 0x3030 &+ tens &+ ((number &- tens &* 10) << 8)
    unsafe UnsafeMutableRawPointer(base + place).storeBytes(
      of: UInt16(truncatingIfNeeded: digits).littleEndian, as: UInt16.self)
  }

  @inline(__always) private mutating func put(fourPlaces rest: UInt32) {
    put(0x2E)
    set(pair: rest / 100, at: used)
    set(pair: rest % 100, at: used &+ 2)
    used &+= 4
    dropZeros()
  }

  @inline(__always) private mutating func put(sixPlaces rest: UInt32) {
    put(0x2E)
    set(pair: rest / 10_000, at: used)
    set(pair: rest / 100 % 100, at: used &+ 2)
    set(pair: rest % 100, at: used &+ 4)
    used &+= 6
    dropZeros()
  }

  private mutating func put(_ rest: UInt64, places: Int) {
    put(0x2E)
    var left = rest
    for place in stride(from: used &+ places &- 1, through: used, by: -1) {
      unsafe base[place] = 0x30 &+ UInt8(truncatingIfNeeded: left % 10)
      left /= 10
    }
    used &+= places
    dropZeros()
  }

  /// Gives up the zeros at the end; some other digit stands before them.
  @inline(__always) private mutating func dropZeros() {
    while unsafe base[used &- 1] == 0x30 { used &-= 1 }
  }

  @inline(__always) private mutating func put(digitsOf number: UInt64) {
    if number < 10 { return put(0x30 &+ UInt8(truncatingIfNeeded: number)) }
    if number < 100 {
      set(pair: UInt32(truncatingIfNeeded: number), at: used)
      used &+= 2
      return
    }
    put(manyDigitsOf: number)
  }

  private mutating func put(manyDigitsOf number: UInt64) {
    var count = 3
    var limit: UInt64 = 1_000
    // 20 digits are the most there are.
    while count < 20, number >= limit {
      count &+= 1
      limit &*= 10
    }
    var left = number
    var place = used &+ count
    used = place
    while left >= 100 {
      place &-= 2
      set(pair: UInt32(truncatingIfNeeded: left % 100), at: place)
      left /= 100
    }
    if left >= 10 {
      set(pair: UInt32(truncatingIfNeeded: left), at: place &- 2)
    } else {
      unsafe base[place &- 1] = 0x30 &+ UInt8(truncatingIfNeeded: left)
    }
  }
}
