internal import ThermoclineCore

/// The field's usual rule: an alert when a week has at least a fifth fewer events than the week
/// before. It is asked once a week for every account, at the end of the week.
package enum NaiveRule {
  package static let name = "week_on_week_20"

  /// One episode of a week for every account-week in which the rule fires.
  package static func episodes(_ counts: DailyCounts, _ truth: GroundTruth) -> [AlertEpisode] {
    precondition(counts.accounts == truth.accounts.count)
    var episodes: [AlertEpisode] = []
    for end in stride(from: 14, through: counts.days, by: 7) {
      let tick = truth.start + .days(Int64(end))
      for (index, account) in truth.accounts.enumerated() {
        let before = counts.sum(account: index, days: (end - 14)..<(end - 7))
        let week = counts.sum(account: index, days: (end - 7)..<end)
        // week ÷ before ≤ 0.8 in whole numbers.
        if before > 0, week * 5 <= before * 4 {
          episodes.append(
            AlertEpisode(account: account, rule: name, start: tick, end: tick + .days(7)))
        }
      }
    }
    return episodes
  }
}
