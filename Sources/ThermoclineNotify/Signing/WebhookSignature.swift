internal import Crypto
package import ThermoclineCore

/// Says that a body is ours and when it was sent: `t=1767225600,v1=…`, the lower-case hexadecimal HMAC-SHA256 of the
/// seconds, a full stop and the body.
package enum WebhookSignature {
  /// The header field that carries it.
  package static let header = "thermocline-signature"

  /// The field's value.
  package static func value(body: [UInt8], key: [UInt8], at time: EventTime) -> String {
    let seconds = time.milliseconds / 1_000
    let signed = Array("\(seconds).".utf8) + body
    return "t=\(seconds),v1=\(hexadecimal(authenticate(signed, key: key)))"
  }

  /// HMAC-SHA256 (RFC 2104), 32 bytes.
  static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key)))
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      let digits = String(byte, radix: 16)
      text += digits.count == 1 ? "0" + digits : digits
    }
    return text
  }

  /// 16 bytes of a text's SHA-256, as 32 hexadecimal digits.
  static func digest(_ text: String) -> String {
    hexadecimal(SHA256.hash(data: Array(text.utf8)).prefix(16))
  }
}
