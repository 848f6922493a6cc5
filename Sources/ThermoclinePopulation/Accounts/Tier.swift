/// The sizes of customers and what is typical of them.
enum Tier: String, CaseIterable {
  case enterprise, mid, small

  /// Events a week before scaling: quantile q of the tier has lower·(upper ÷ lower)^(q²), many
  /// accounts near the lower end and few near the upper one.
  var weeklyMean: (lower: Double, upper: Double) {
    switch self {
    case .enterprise: (150, 7_500)
    case .mid: (30, 400)
    case .small: (6, 50)
    }
  }

  /// Users of one account.
  var users: ClosedRange<Int> {
    switch self {
    case .enterprise: 40...150
    case .mid: 10...40
    case .small: 2...10
    }
  }

  /// Recurring revenue a month.
  var revenue: ClosedRange<Int> {
    switch self {
    case .enterprise: 5_000...40_000
    case .mid: 500...5_000
    case .small: 30...400
    }
  }

  /// Accounts of this tier among `accounts`: 7.5 %, 30 %, the rest.
  func accounts(of accounts: Int) -> Int {
    let enterprise = max(2, accounts * 75 / 1_000)
    let mid = accounts * 30 / 100
    return switch self {
    case .enterprise: enterprise
    case .mid: mid
    case .small: accounts - enterprise - mid
    }
  }
}
