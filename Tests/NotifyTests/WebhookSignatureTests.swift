import Foundation
import Testing
import ThermoclineCore

@testable import ThermoclineNotify

@Suite struct WebhookSignatureTests {
  @Test("HMAC-SHA256: the vectors of RFC 4231, 4.2 to 4.7")
  func vectors() {
    let cases: [(key: [UInt8], data: [UInt8], mac: String)] = [
      (
        Array(repeating: 0x0B, count: 20), Array("Hi There".utf8),
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        Array(repeating: 0xAA, count: 20), Array(repeating: 0xDD, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        Array(1...25), Array(repeating: 0xCD, count: 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
      ),
      (
        Array(repeating: 0xAA, count: 131),
        Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ]
    for (key, data, mac) in cases {
      #expect(
        WebhookSignature.hexadecimal(WebhookSignature.authenticate(data, key: key)) == mac)
    }
  }

  /// Computed with `printf '1767225600.{"a":1}' | openssl dgst -sha256 -hmac secret`.
  @Test func signsTheSecondsAndTheBody() {
    let value = WebhookSignature.value(
      body: Array(#"{"a":1}"#.utf8), key: Array("secret".utf8),
      at: EventTime(milliseconds: 1_767_225_600_999))
    #expect(
      value == "t=1767225600,v1=96a067a1c95eb143fc00b9097bcfcbcd5456adda508c443ff219748e764dbed7")
  }

  @Test func noTextShowsASecret() {
    let secret = NotifySecret("hunter2-hunter2")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped] {
      #expect(!text.contains("hunter2"))
    }
  }
}
