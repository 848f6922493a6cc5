import Foundation
import Testing
import ThermoclineTestKit

@testable import ThermoclineServer

@Suite struct Base64Tests {
  /// RFC 4648 §10.
  @Test(arguments: [
    ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"),
    ("Zm9vYmE=", "fooba"), ("Zm9vYmFy", "foobar"), ("Zg", "f"),
  ])
  func vectors(_ text: String, _ plain: String) {
    #expect(Base64.decode(text.utf8) == Array(plain.utf8))
  }

  @Test(arguments: ["Z", "Zm9v=Zg", "Zm9 v", "Zh==", "Zm-_", "Zm9vY"])
  func damaged(_ text: String) { #expect(Base64.decode(text.utf8) == nil) }

  @Test func asFoundationWritesIt() {
    var random = SeededGenerator(seed: 8)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64.decode(Data(bytes).base64EncodedString().utf8) == bytes)
    }
  }
}
