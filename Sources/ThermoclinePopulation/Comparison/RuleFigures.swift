package import ThermoclineCore

/// How one way of alerting did against the ground truth.
package struct RuleFigures: Sendable, Equatable {
  /// What became of one incident.
  package struct Outcome: Sendable, Equatable {
    package var incident: Incident
    /// First firing on the account in time to count; nil = missed.
    package var firstFiring: EventTime?
    /// Longest time an alert on it kept firing, in days, to the end of the run when never resolved;
    /// 0 when nothing fired.
    package var longestDays: Double

    /// Days from the incident's start to the first firing; nil when missed.
    package var delayDays: Double? { firstFiring.map { ($0 - incident.start).days } }
  }

  /// Alerts that began firing, tracking outages not counted.
  package var alerts = 0
  /// Those of them that no incident explains, and that are not excusable.
  package var falseAlerts = 0
  /// Firing alerts that a short dip excuses.
  package var excused = 0
  /// Those of the false ones that fired in a holiday or its grace.
  package var duringHoliday = 0
  /// Those of the false ones that fired in an outage or its grace, and not in a holiday.
  package var duringOutage = 0
  /// Outage alerts outside any outage.
  package var falseOutageAlerts = 0
  /// Weeks × accounts in which an alert would be false.
  package var quietAccountWeeks = 0.0
  /// For every incident that wants an alert, every short dip, and every outage, in order of start.
  package var outcomes: [Outcome] = []

  /// False alerts per 1,000 account-weeks without an incident.
  package var falsePerThousandAccountWeeks: Double {
    quietAccountWeeks > 0 ? Double(falseAlerts) / quietAccountWeeks * 1_000 : 0
  }

  /// The outcomes of one kind.
  package func outcomes(of kind: IncidentKind) -> [Outcome] {
    outcomes.filter { $0.incident.kind == kind }
  }

  /// Middle delay of the caught incidents of a kind, in days (the mean of the two middle ones when
  /// their number is even); nil when none was caught.
  package func medianDelayDays(of kind: IncidentKind) -> Double? {
    let delays = outcomes(of: kind).compactMap(\.delayDays).sorted()
    guard let upper = delays.indices.contains(delays.count / 2) ? delays[delays.count / 2] : nil
    else { return nil }
    return delays.count % 2 == 1 ? upper : (delays[delays.count / 2 - 1] + upper) / 2
  }
}
