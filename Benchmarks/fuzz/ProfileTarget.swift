import ThermoclineCore

@testable import ThermoclineCodec

/// Account profiles from a topic: a key, a line end, and a value. The value is JSON exactly when the scanner's own
/// walk says so, and what was read, written as JSON again, is read as the same.
struct ProfileTarget: Target {
  func run(_ input: UnsafeRawBufferPointer) {
    let end = input.firstIndex(of: 0x0A) ?? 0
    let key = Array(input[..<end])
    let account = try? AccountProfileDecoder.account(key: key)
    require(account == nil || account.map { Array($0.utf8) } == key)
    let value = Array(input[end...])
    do throws(ProfileFault) {
      let profile = try AccountProfileDecoder.decode(value)
      require(Self.isObject(value) == true, "a profile that is no JSON")
      check(profile)
      let again = Self.text(profile)
      do throws(ProfileFault) {
        let second = try AccountProfileDecoder.decode(Array(again.utf8))
        require(profile == second, "\(profile) became \(second)")
      } catch { fatalError("\(again) is refused: \(error)") }
    } catch {
      let isGrammar = error.reason == .notJSON || error.reason == .nestingTooDeep
      let isObject = Self.isObject(value)
      require(value.isEmpty || isGrammar == (isObject == nil), "\(error)")
      require((error.reason == .notAnObject) == (isObject == false), "\(error)")
    }
  }

  private func check(_ profile: AccountProfile) {
    require(profile.revenue.isFinite && profile.revenue >= 0 && profile.seats >= 0)
    let names =
      [profile.tier, profile.industry, profile.stage ?? "", profile.parent ?? ""]
      + profile.keyContacts
    require(names.allSatisfy { $0.utf8.count <= Limits.nameBytesMax })
    require(!profile.keyContacts.contains(""))
    if let start = profile.contractStart, let end = profile.contractEnd { require(start <= end) }
  }

  /// Whether the text is an object; nil when it is no JSON.
  private static func isObject(_ value: [UInt8]) -> Bool? {
    let text = value.span
    guard (try? UTF8Span(validating: text)) != nil else { return nil }
    var scanner = JSONScanner()
    do throws(JSONFault) {
      scanner.skipWhitespace(in: text)
      let isObject = try scanner.kind(in: text) == .object
      try scanner.skipValue(in: text)
      scanner.skipWhitespace(in: text)
      return scanner.position == text.count ? isObject : nil
    } catch { return nil }
  }

  private static func text(_ profile: AccountProfile) -> String {
    var members = [
      "\"tier\":\(quoted(profile.tier))", "\"industry\":\(quoted(profile.industry))",
      "\"revenue\":\(profile.revenue)", "\"seats\":\(profile.seats)",
      "\"key_contacts\":[\(profile.keyContacts.map(quoted).joined(separator: ","))]",
    ]
    if let stage = profile.stage { members.append("\"stage\":\(quoted(stage))") }
    if let parent = profile.parent { members.append("\"parent\":\(quoted(parent))") }
    if let start = profile.contractStart { members.append("\"contractStart\":\"\(start)\"") }
    if let end = profile.contractEnd { members.append("\"contractEnd\":\"\(end)\"") }
    return "{" + members.joined(separator: ",") + "}"
  }

  /// Text as JSON with every character that is not a letter or digit escaped.
  private static func quoted(_ text: String) -> String {
    text.utf16.reduce(into: "\"") { result, unit in
      let isPlain = unit < 0x7F && Character(Unicode.Scalar(UInt8(unit))).isLetter
      let hex = String(unit, radix: 16)
      result +=
        isPlain
        ? String(Character(Unicode.Scalar(UInt8(unit))))
        : "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    } + "\""
  }
}
