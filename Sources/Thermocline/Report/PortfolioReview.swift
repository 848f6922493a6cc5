internal import ThermoclineCore

/// What the vendor looks at: who is at risk and why, how that developed, and what it is worth.
struct PortfolioReview {
  /// An account in the lowest band, or with an alert that is open.
  struct Risk {
    var score: HealthScore
    /// The newest state of each rule at the end of the period.
    var alerts: [HealthAlert]
  }

  struct Tier {
    var name: String
    var first: HealthRollup?
    var last: HealthRollup
  }

  /// What an account of a tier is worth over what it cost to win.
  struct Worth: Equatable {
    var tier: String
    var accounts: Int
    /// Recurring revenue of an account a month, the mean of those that are there.
    var revenue: Double?
    var left: Int
    /// Months of 365 ÷ 12 days that accounts of the tier were there in the period, added up.
    var months: Double
    var margin: Double
    var cac: Double

    /// Accounts that left ÷ months: the part that leaves in a month.
    var leaving: Double? { months > 0 ? Double(left) / months : nil }
    /// nil while nobody has left: then the lifetime cannot be told.
    var lifetime: Double? { leaving.flatMap { $0 > 0 ? 1 / $0 : nil } }
    var value: Double? {
      guard let revenue, let lifetime else { return nil }
      return revenue * margin * lifetime
    }
    var ratio: Double? { value.flatMap { cac > 0 ? $0 / cac : nil } }
  }

  var period: ReportPeriod
  /// The portfolio at each midnight of the period that there are figures of.
  var days: [HealthRollup]
  /// Alerts that began before it and have not changed since may be missing; nil = none is.
  var alertsFrom: EventTime?
  var lowestBand: String
  var risks: [Risk]
  var tiers: [Tier]
  var worths: [Worth]

  /// Midnights of the period, up to the last one that there are figures of.
  var midnights: Int {
    guard let last = days.last else { return 0 }
    return Int((last.at - period.from).milliseconds / TimeSpan.days(1).milliseconds) + 1
  }
}
