package import ThermoclineCore

extension MeasureKind {
  /// The word a policy file uses for it.
  package var word: String {
    switch self {
    case .count: "count"
    case .sum: "sum"
    case .mean: "mean"
    case .last: "last"
    case .activeDays: "active_days"
    case .distinctUsers: "distinct_users"
    case .distinctFeatures: "distinct_features"
    case .recency: "recency"
    case .ratio: "ratio"
    case .seats: "seats"
    case .stickiness: "stickiness"
    case .share, .featureShare: "share"
    }
  }

  /// Whether window and slide mean anything to it.
  package var hasWindow: Bool {
    switch self {
    case .recency, .ratio, .seats: false
    default: true
    }
  }

  /// Whether it may be judged against the account's own past.
  package var hasBaseline: Bool { growsWithTime }

  /// Whether twice the time lets expect twice the value.
  var growsWithTime: Bool { self == .count || self == .sum || self == .activeDays }

  var isRatio: Bool {
    if case .ratio = self { true } else { false }
  }
}

extension Normalisation {
  /// The key a policy file uses for it.
  package var word: String {
    switch self {
    case .target: "target"
    case .baseline: "baseline"
    case .peers: "peers"
    }
  }
}

extension Normalisation {
  /// Whether a young account's value is brought to the whole window.
  var isOfWholeWindow: Bool {
    switch self {
    case .target, .peers: true
    case .baseline: false
    }
  }
}

extension Measure {
  /// What sentences for people call it.
  package var title: String {
    label ?? String(name.map { $0 == "_" ? " " : $0 })
  }

  /// Weight within its axis; 0 without one.
  package var weightInAxis: Double { axis == nil ? 0 : axisWeight ?? weight }

  /// Whether an account that does nothing at all has a good value: few tickets, say. It is absent then, for silence is
  /// no good sign.
  var isGoodInSilence: Bool {
    guard direction == .lowerIsBetter else { return false }
    return kind.growsWithTime || kind == .distinctUsers || kind == .distinctFeatures
  }

  /// From one window of the baseline to the next: the window's length in whole weeks, rounded up.
  package var baselineStep: TimeSpan {
    let week = TimeSpan.days(7).milliseconds
    return TimeSpan(milliseconds: max(1, (window.milliseconds + week - 1) / week) * week)
  }
}
