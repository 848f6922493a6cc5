package import ThermoclineCore

extension RuleFigures {
  /// Rule of the alert that reports lost tracking instead of blaming accounts.
  package static let outageRule = "tracking_outage"

  /// Holds episodes against the truth. An alert is explained by an incident of its account from the
  /// incident's start to `grace` after its end: windows look back. It catches the incident if it
  /// begins within four weeks of the effect being complete.
  package init(_ episodes: [AlertEpisode], _ truth: GroundTruth, grace: TimeSpan) {
    outcomes = truth.incidents.filter(\.wantsOutcome).map {
      Outcome(incident: $0, firstFiring: nil, longestDays: 0)
    }
    var outcomesOf: [String?: [Int]] = [:]
    for index in outcomes.indices {
      outcomesOf[outcomes[index].incident.account, default: []].append(index)
    }
    for episode in episodes {
      let isOutageAlert = episode.rule.hasPrefix(Self.outageRule)
      let explaining = outcomesOf[isOutageAlert ? nil : episode.account, default: []].filter {
        outcomes[$0].incident.isFelt(at: episode.start, grace: grace)
      }
      for index in explaining where outcomes[index].incident.isCaught(at: episode.start) {
        outcomes[index].note(episode, until: truth.end)
      }
      if isOutageAlert {
        if explaining.isEmpty { falseOutageAlerts += 1 }
      } else {
        alerts += 1
        judge(episode, explainedBy: explaining.map { outcomes[$0].incident }, truth, grace)
      }
    }
    quietAccountWeeks = Self.quietWeeks(truth, grace)
  }

  private mutating func judge(
    _ episode: AlertEpisode, explainedBy incidents: [Incident], _ truth: GroundTruth,
    _ grace: TimeSpan
  ) {
    if incidents.contains(where: { $0.kind.verdict == .alert }) { return }
    if !incidents.isEmpty {
      excused += 1
      return
    }
    falseAlerts += 1
    let general = truth.incidents.filter {
      $0.scope == .everyone && $0.isFelt(at: episode.start, grace: grace)
    }
    if general.contains(where: { $0.kind == .holiday }) {
      duringHoliday += 1
    } else if !general.isEmpty {
      duringOutage += 1
    }
  }

  /// Accounts × weeks outside their own incidents that want or excuse an alert, and outside the
  /// grace. A new account counts from its first day.
  private static func quietWeeks(_ truth: GroundTruth, _ grace: TimeSpan) -> Double {
    var milliseconds: Int64 = 0
    for account in truth.accounts {
      var from = truth.start
      for incident in truth.incidents(of: account) {
        switch incident.kind.verdict {
        case .quiet: if incident.kind == .newAccount { from = max(from, incident.start) }
        case .alert, .excuse:
          milliseconds += max(0, (incident.start - from).milliseconds)
          from = max(from, min(truth.end, incident.end + grace))
        }
      }
      milliseconds += max(0, (truth.end - from).milliseconds)
    }
    return TimeSpan(milliseconds: milliseconds).days / 7
  }
}

extension RuleFigures.Outcome {
  fileprivate mutating func note(_ episode: AlertEpisode, until end: EventTime) {
    firstFiring = min(firstFiring ?? episode.start, episode.start)
    longestDays = max(longestDays, ((episode.end ?? end) - episode.start).days)
  }
}

extension Incident {
  fileprivate var wantsOutcome: Bool { kind.verdict != .quiet || kind == .trackingOutage }

  /// Whether an alert that begins at `time` may come from this incident.
  fileprivate func isFelt(at time: EventTime, grace: TimeSpan) -> Bool {
    time >= start && time < end + grace
  }

  /// Whether an alert that begins at `time` still is in time to count as having found it: four weeks
  /// after its effect is complete. Later ones are right, but found something by chance.
  fileprivate func isCaught(at time: EventTime) -> Bool {
    time < start + .days(Int64(rampDays) + 28)
  }
}
