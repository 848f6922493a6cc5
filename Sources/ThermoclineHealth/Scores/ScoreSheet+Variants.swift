internal import ThermoclineCore

/// Which variant of the policy an account has: a look-up in plain numbers.
extension ScoreSheet {
  /// Whether accounts can differ in it at all.
  package var hasVariants: Bool { rules.count > 1 }

  /// The variant of an account whose words stand there, `stage` being the one by its contract's dates.
  package func variant(_ places: SegmentPlaces, stage: AccountStage) -> Int {
    let last = places.stage == SegmentPlaces.byDates ? stagePlaces[stage.place] : places.stage
    let row = Int(places.tier) &* industriesCount &+ Int(places.industry)
    return Int(variants[row &* stagesCount &+ Int(last)])
  }

  /// From here on the sheet works with a variant's weights, curves and cuts.
  mutating func use(_ variant: Int) {
    self.variant = variant
    first = variant &* lines.count
    firstDimension = variant &* dimensions.count
  }
}

extension AccountStage {
  /// Place among all cases.
  package var place: Int {
    switch self {
    case .ended: 0
    case .onboarding: 1
    case .renewal: 2
    case .active: 3
    }
  }
}
