internal import ThermoclineCore

extension PolicyPlan {
  /// Tells policies from one another that count or judge otherwise: state of one is not taken over by another.
  package var fingerprint: UInt64 { FNV1a.hash("\(policy)") }
}
