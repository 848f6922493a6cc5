package import ThermoclineCore

extension StageRule {
  /// `ended`, `onboarding`, `renewal` or `active`, in this order of precedence, unless the profile
  /// says.
  package func stage(of profile: AccountProfile, firstEvent: EventTime, at time: EventTime)
    -> String
  {
    if let stage = profile.stage { return stage }
    if let end = profile.contractEnd, end <= time { return "ended" }
    if time - (profile.contractStart ?? firstEvent) < onboarding { return "onboarding" }
    if let end = profile.contractEnd, end - time <= renewal { return "renewal" }
    return "active"
  }
}
