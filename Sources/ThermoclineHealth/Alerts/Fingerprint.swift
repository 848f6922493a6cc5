/// The name of an alert: 16 hexadecimal digits, a function of rule and account alone.
///
/// FNV-1a of 64 bits over the rule's UTF-8, one byte 0x00 and the account's UTF-8, then the
/// finaliser of MurmurHash3 (fmix64), which spreads the weak high bits of FNV over the whole word.
package func alertFingerprint(rule: String, account: String) -> String {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  func add(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
  for byte in rule.utf8 { add(byte) }
  add(0)
  for byte in account.utf8 { add(byte) }
  hash ^= hash >> 33
  hash &*= 0xFF51_AFD7_ED55_8CCD
  hash ^= hash >> 33
  hash &*= 0xC4CE_B9FE_1A85_EC53
  hash ^= hash >> 33
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
