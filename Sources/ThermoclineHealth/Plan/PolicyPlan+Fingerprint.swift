extension PolicyPlan {
  /// Tells policies from one another that count or judge otherwise: state of one is not taken over by another.
  package var fingerprint: UInt64 {
    // FNV-1a of 64 bits of everything the policy says.
    "\(policy)".utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
