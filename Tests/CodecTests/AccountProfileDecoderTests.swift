import Testing
import ThermoclineCodec
import ThermoclineCore

@Suite struct AccountProfileDecoderTests {
  private func decode(_ text: String) throws(ProfileFault) -> AccountProfile {
    try AccountProfileDecoder.decode(Array(text.utf8))
  }

  @Test("all fields, in either spelling")
  func everything() throws {
    var expected = AccountProfile()
    expected.tier = "enterprise"
    expected.industry = "retail"
    expected.stage = "active"
    expected.contractStart = EventTime(year: 2025, month: 3, day: 1)
    expected.contractEnd = EventTime(year: 2026, month: 2, day: 28) + .hours(10)
    expected.revenue = 1250.5
    expected.seats = 12
    expected.keyContacts = ["u-1", "u-2"]
    expected.parent = "group"
    let head =
      #"{"tier":"enterprise","industry":"retail","stage":"active","revenue":1250.5,"#
      + #""seats":12,"parent":"group","whatever":[1,{"x":null}],"#
    #expect(
      try decode(
        head + #""contract_start":"2025-03-01","contract_end":"2026-02-28T12:00:00+02:00","#
          + #""key_contacts":["u-1","","u-2"]}"#) == expected)
    #expect(
      try decode(
        head + #""contractStart":"2025-03-01T00:00:00Z","contractEnd":"2026-02-28T10:00:00Z","#
          + #""keyContacts":["u-1","u-2"]}"#) == expected)
  }

  @Test(
    "what is missing, null or empty is the default",
    arguments: [
      "{}", #"{"tier":null,"revenue":null,"key_contacts":null,"contract_start":null}"#,
      #"{"tier":"","industry":"","stage":"","parent":"","contract_end":""}"#,
    ])
  func defaults(text: String) throws { #expect(try decode(text) == AccountProfile()) }

  @Test(
    "what is no profile is refused with a stable reason and its field",
    arguments: [
      ("", RefusalReason.emptyMessage, "empty"), ("[]", .notAnObject, "object"),
      ("{\"tier\":\"a\"", .notJSON, "byte"), ("{\"tier\":1}", .wrongType, "tier"),
      (#"{"tier":"a","tier":"b"}"#, .duplicateKey, "tier"),
      (#"{"contractEnd":"2025-01-01","contract_end":"2025-01-01"}"#, .duplicateKey, "contract_end"),
      (#"{"revenue":"12"}"#, .wrongType, "revenue"),
      (#"{"revenue":-1}"#, .valueOutOfRange, "revenue"),
      (#"{"revenue":1e999}"#, .valueOutOfRange, "revenue"),
      (#"{"seats":1.5}"#, .valueOutOfRange, "seats"), (#"{"seats":-1}"#, .valueOutOfRange, "seats"),
      (#"{"seats":99999999999999999999}"#, .valueOutOfRange, "seats"),
      (#"{"key_contacts":"u"}"#, .wrongType, "key_contacts"),
      (#"{"key_contacts":[1]}"#, .wrongType, "key_contacts"),
      (#"{"contract_start":"2025-02-30"}"#, .invalidTime, "contract_start"),
      (#"{"contract_start":17}"#, .wrongType, "contract_start"),
      (
        #"{"contract_start":"2025-02-02","contract_end":"2025-02-01"}"#, .valueOutOfRange,
        "contract_end"
      ),
      ("{\"tier\":\"" + String(repeating: "x", count: 257) + "\"}", .nameTooLong, "tier"),
      (
        String(repeating: "[", count: 100) + String(repeating: "]", count: 100), .nestingTooDeep,
        "byte"
      ),
    ])
  func refusals(text: String, reason: RefusalReason, part: String) {
    let fault = #expect(throws: ProfileFault.self) { try decode(text) }
    #expect(fault?.reason == reason)
    #expect(fault?.detail.contains(part) == true, "\(fault?.detail ?? "")")
  }

  @Test("the key is the account")
  func keys() throws {
    #expect(try AccountProfileDecoder.account(key: Array("acme".utf8)) == "acme")
    for (key, reason) in [
      (nil, RefusalReason.missingAccount), ([], .missingAccount), ([0xFF], .invalidUTF8),
      ([UInt8](repeating: 0x61, count: 257), .nameTooLong),
    ] as [([UInt8]?, RefusalReason)] {
      let fault = #expect(throws: ProfileFault.self) { try AccountProfileDecoder.account(key: key) }
      #expect(fault?.reason == reason)
    }
  }
}
