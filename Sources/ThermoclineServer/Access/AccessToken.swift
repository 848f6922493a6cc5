/// The secret that lets a client in. No text made of it shows it.
package struct AccessToken: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// Shorter ones could be guessed.
  package static let bytesMin = 16
  package static let bytesMax = 1_024

  /// What is one, for errors.
  package static let allowed = "\(bytesMin) to \(bytesMax) visible ASCII characters"

  private let bytes: [UInt8]

  /// nil when the text is too short, too long, or holds anything but visible ASCII.
  package init?(_ text: String) {
    bytes = Array(text.utf8)
    guard (Self.bytesMin...Self.bytesMax).contains(bytes.count),
      bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
  }

  /// Whether this is the token. Takes the same time wherever the first difference is.
  package func matches(_ presented: some Sequence<UInt8>) -> Bool {
    var difference: UInt8 = 0
    var count = 0
    for byte in presented {
      difference |= byte ^ bytes[count % bytes.count]
      count += 1
    }
    return count == bytes.count && difference == 0
  }

  /// The token in the clear, for the one who presents it.
  var secret: String { String(decoding: bytes, as: UTF8.self) }

  package var description: String { "(hidden)" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
