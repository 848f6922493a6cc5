/// What a fall is put down to.
package enum CauseVerdict: String, Sendable, CaseIterable {
  /// The customer's own traffic fell; what a session does is as before.
  case businessShrank = "business_shrank"
  /// Traffic holds, and its sessions make fewer calls.
  case turnedAway = "turned_away"
  /// Most of it is missing since somebody who held much of the use is gone.
  case contactLost = "contact_lost"
  /// Most of it is missing since a feature that held much of the use is not used any more.
  case featureAbandoned = "feature_abandoned"
  /// Half of the fall or more is what the account's peers have too.
  case peersFellToo = "peers_fell_too"
  /// No side has a clear share of it.
  case undetermined

  /// For a person.
  var sentence: String {
    switch self {
    case .businessShrank: "the customer's own traffic fell"
    case .turnedAway: "traffic holds, but its sessions use it less"
    case .contactLost: "somebody who held much of the use is gone"
    case .featureAbandoned: "a feature that held much of the use is not used any more"
    case .peersFellToo: "most of it is what the peers have too"
    case .undetermined: "neither traffic nor its use has a clear share of it"
    }
  }
}
