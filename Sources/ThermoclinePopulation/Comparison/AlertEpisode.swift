package import ThermoclineCore

/// One time span in which a rule held an alert on an account.
package struct AlertEpisode: Sendable, Equatable {
  package var account: String
  package var rule: String
  /// When it began firing.
  package var start: EventTime
  /// When it was resolved; nil when it never was.
  package var end: EventTime?

  package init(account: String, rule: String, start: EventTime, end: EventTime?) {
    self.account = account
    self.rule = rule
    self.start = start
    self.end = end
  }

  /// The episodes in a sequence of alert changes, in order of start. Going from recovering back to
  /// firing is the same episode; what only was pending is none.
  package static func episodes(in alerts: [HealthAlert]) -> [AlertEpisode] {
    struct Key: Hashable {
      var account: String
      var rule: String
    }
    var episodes: [AlertEpisode] = []
    var open: [Key: Int] = [:]
    for alert in alerts {
      let key = Key(account: alert.account, rule: alert.rule)
      switch alert.state {
      case .firing where open[key] == nil:
        open[key] = episodes.count
        episodes.append(
          AlertEpisode(account: alert.account, rule: alert.rule, start: alert.at, end: nil))
      case .resolved:
        if let index = open.removeValue(forKey: key) {
          episodes[index].end = alert.endsAt ?? alert.at
        }
      case .pending, .firing, .recovering: break
      }
    }
    return episodes.sorted { ($0.start, $0.account, $0.rule) < ($1.start, $1.account, $1.rule) }
  }
}
