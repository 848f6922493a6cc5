package import ThermoclineCore

/// Where an account stands in its contract, worked out where the profile names no stage.
package enum AccountStage: String, Sendable, CaseIterable {
  case ended, onboarding, renewal, active
}

extension StageRule {
  /// `ended`, `onboarding`, `renewal` or `active`, in this order of precedence, unless the profile
  /// says.
  package func stage(of profile: AccountProfile, firstEvent: EventTime, at time: EventTime)
    -> String
  {
    profile.stage
      ?? stage(
        start: profile.contractStart, end: profile.contractEnd, firstEvent: firstEvent, at: time
      ).rawValue
  }

  /// The stage by the contract's dates.
  package func stage(
    start: EventTime?, end: EventTime?, firstEvent: EventTime, at time: EventTime
  ) -> AccountStage {
    if let end, end <= time { return .ended }
    if time - (start ?? firstEvent) < onboarding { return .onboarding }
    if let end, end - time <= renewal { return .renewal }
    return .active
  }
}
