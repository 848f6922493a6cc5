package import ThermoclineCore

/// What really happens in a population.
package struct GroundTruth: Sendable {
  /// Everything planned, in order of start.
  package let incidents: [Incident]
  /// All accounts, in the population's order.
  package let accounts: [String]
  /// First and last instant (exclusive) of the population.
  package let start: EventTime
  package let end: EventTime
  private let incidentsOf: [String: [Incident]]

  package init(incidents: [Incident], accounts: [String], start: EventTime, end: EventTime) {
    self.incidents = incidents.sorted {
      ($0.start, $0.account ?? "") < ($1.start, $1.account ?? "")
    }
    self.accounts = accounts
    self.start = start
    self.end = end
    var incidentsOf: [String: [Incident]] = [:]
    for incident in self.incidents {
      if let account = incident.account { incidentsOf[account, default: []].append(incident) }
    }
    self.incidentsOf = incidentsOf
  }

  /// The account's own incidents, without those of everyone.
  package func incidents(of account: String) -> [Incident] { incidentsOf[account] ?? [] }

  /// True when nothing of its own ever happens to the account.
  package func isStationary(_ account: String) -> Bool { incidentsOf[account] == nil }
}
