/// The path and query of a request, decoded (RFC 3986; `+` in a query is a space, as forms have it).
struct RequestTarget: Equatable {
  var path: [String]
  var query: [(name: String, value: String)]

  /// nil when it is not a path, an escape is broken, what is decoded is not UTF-8, or it holds a NUL.
  init?(_ target: String) {
    let target = target.prefix { $0 != "#" }
    guard target.first == "/" else { return nil }
    let split = target.firstIndex(of: "?")
    path = []
    // `//` and a slash at the end stand for empty names, which nothing has: they lead nowhere but `/`.
    let names = target[..<(split ?? target.endIndex)].dropFirst()
    if !names.isEmpty {
      for name in names.split(separator: "/", omittingEmptySubsequences: false) {
        guard let name = Self.decode(name.utf8, plusIsSpace: false) else { return nil }
        path.append(name)
      }
    }
    query = []
    guard let split else { return }
    for pair in target[split...].dropFirst().split(separator: "&") {
      let equals = pair.firstIndex(of: "=") ?? pair.endIndex
      guard let name = Self.decode(pair[..<equals].utf8, plusIsSpace: true),
        let value = Self.decode(pair[equals...].dropFirst().utf8, plusIsSpace: true)
      else { return nil }
      query.append((name, value))
    }
  }

  static func == (left: RequestTarget, right: RequestTarget) -> Bool {
    left.path == right.path
      && left.query.elementsEqual(right.query) { $0.name == $1.name && $0.value == $1.value }
  }

  private static func decode(_ text: some Collection<UInt8>, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    var rest = text.makeIterator()
    while let byte = rest.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else {
          return nil
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    guard !bytes.contains(0) else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}
