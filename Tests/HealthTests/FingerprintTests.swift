import Testing

@testable import ThermoclineHealth

/// Vectors computed with Python's integers from the definition (FNV-1a 64 of rule, 0x00, account;
/// fmix64).
@Suite struct FingerprintTests {
  @Test(arguments: [
    ("drop:events_7d", "acct-004217", "90e3fd8ec26a18a3"),
    ("silence", "acct-004217", "4107046745e61992"), ("silence", "", "1e6877b6bc616972"),
    ("drop:bot_calls_7d", "Müller & Söhne", "f643aa5ce7411243"),
    ("silence", "a43", "0503734daf634aa6"),
  ])
  func vectors(_ rule: String, _ account: String, _ expected: String) {
    #expect(alertFingerprint(rule: rule, account: account) == expected)
  }
}
