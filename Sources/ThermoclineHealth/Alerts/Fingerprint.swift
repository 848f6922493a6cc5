internal import ThermoclineCore

/// The name of an alert: 16 hexadecimal digits, a function of rule and account alone.
///
/// FNV-1a of 64 bits over the rule's UTF-8, one byte 0x00 and the account's UTF-8, then the
/// finaliser of MurmurHash3 (fmix64), which spreads the weak high bits of FNV over the whole word.
package func alertFingerprint(rule: String, account: String) -> String {
  var parts = FNV1a()
  for byte in rule.utf8 { parts.add(byte) }
  parts.add(0)
  for byte in account.utf8 { parts.add(byte) }
  var hash = parts.value
  hash ^= hash >> 33
  hash &*= 0xFF51_AFD7_ED55_8CCD
  hash ^= hash >> 33
  hash &*= 0xC4CE_B9FE_1A85_EC53
  hash ^= hash >> 33
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
