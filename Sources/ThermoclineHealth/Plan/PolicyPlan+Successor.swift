/// Why a running job cannot go over to another policy.
package enum SuccessionObstacle: Error, Sendable, Equatable {
  /// It needs so many numbers of every account that are not kept.
  case otherWindows(Int)
  /// It has other alert rules, whose state would have to be worked out from the events.
  case otherAlerts
  /// It describes usage by another rule, whose figures would have to be worked out from the events.
  case otherUsage
  /// It judges other measures against peers, or in another order, in which their figures are told.
  case otherPeers
  /// It says something else under the name and version of the one that runs.
  case sameIdentifier
}

extension PolicyPlan {
  /// The plan of another policy on the windows that this one keeps. The policy is a valid one.
  package func successor(_ next: Policy) throws(SuccessionObstacle) -> PolicyPlan {
    if next.identifier == policy.identifier, next != policy { throw .sameIdentifier }
    if next.alerts != policy.alerts { throw .otherAlerts }
    if next.usage != policy.usage { throw .otherUsage }
    let plan = PolicyPlan(next, keeping: quantities)
    let (others, mine) = (
      plan.peerMeasures.map { next.measures[$0].name },
      peerMeasures.map { policy.measures[$0].name }
    )
    if others != mine { throw .otherPeers }
    let more = plan.quantities.count - quantities.count
    if more > 0 { throw .otherWindows(more) }
    return plan
  }
}

extension SuccessionObstacle: CustomStringConvertible {
  package var description: String {
    switch self {
    case .otherWindows(let count):
      "it needs \(count) numbers of every account that are not kept; restart the job, which rebuilds them from the input"
    case .otherAlerts:
      "its alerts differ; restart the job, which works their state out from the input"
    case .otherUsage:
      "what it says of usage differs; restart the job, which works it out from the input"
    case .otherPeers:
      "it judges other measures against peers, or in another order; restart the job, which works their figures out from the input"
    case .sameIdentifier:
      "it says something else under the same name and version; raise its version"
    }
  }
}
