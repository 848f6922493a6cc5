internal import ThermoclineCore

/// A JSON pointer (RFC 6901): `/repo/name`, `~0` for a tilde and `~1` for a slash in a key.
struct JSONPointer {
  /// Keys of a pointer, so that all fields of a mapping fit one tree.
  static let keysMax = 8
  let keys: [String]

  /// nil for text that is none.
  init?(_ text: String) {
    guard text.isEmpty || text.first == "/" else { return nil }
    var keys: [String] = []
    for part in text.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      var key: [UInt8] = []
      var isEscaped = false
      for byte in part.utf8 {
        switch (isEscaped, byte) {
        case (true, Ascii.zero): key.append(UInt8(ascii: "~"))
        case (true, UInt8(ascii: "1")): key.append(UInt8(ascii: "/"))
        case (true, _): return nil
        case (false, UInt8(ascii: "~")):
          isEscaped = true
          continue
        case (false, _): key.append(byte)
        }
        isEscaped = false
      }
      if isEscaped { return nil }
      keys.append(String(decoding: key, as: UTF8.self))
    }
    self.keys = keys
  }
}
