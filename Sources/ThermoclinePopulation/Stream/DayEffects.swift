internal import ThermoclineCore

/// What the incidents make of one account on one day.
struct DayEffects {
  /// Factor on the expected number of events; 0 = silent.
  var scale = 1.0
  /// Share of bot calls that remains.
  var botCalls = 1.0
  /// Share of the users, most active first, that remains.
  var users = 1.0
  /// The most used feature is not used.
  var isFavouriteAbandoned = false
  /// The most active user is gone.
  var isContactGone = false
  /// Somebody new took over from the most active user.
  var isContactReplaced = false

  /// The effects of `incidents`, all of them the account's own or everyone's, on the day that
  /// begins at `day`. Outages are not among them: they begin and end inside a day.
  init(of incidents: [Incident], on day: EventTime) {
    for incident in incidents {
      if incident.kind == .newAccount, day < incident.start { scale = 0 }
      guard day >= incident.start, day < incident.end else { continue }
      switch incident.kind {
      case .suddenStop, .shortDip, .holiday, .burst: scale *= incident.remaining
      case .businessShrank:
        scale *= incident.remaining
        users = incident.remaining
      case .turnedAway: botCalls = incident.remaining
      case .slowDecline:
        let progress = ((day - incident.start).days + 1) / Double(incident.rampDays)
        scale *= 1 - (1 - incident.remaining) * min(1, progress)
      case .featureAbandoned: isFavouriteAbandoned = true
      case .contactSilent: isContactGone = true
      case .contactChanged: isContactReplaced = true
      case .newAccount, .trackingOutage: break
      }
    }
  }
}
