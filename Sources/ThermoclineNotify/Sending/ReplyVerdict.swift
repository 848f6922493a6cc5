package import ThermoclineCore

/// What a reply, or its absence, means for what was sent.
package enum ReplyVerdict: Sendable, Equatable {
  case accepted
  /// It may be accepted later. `after`: what the server asked for.
  case retry(reason: String, detail: String, after: TimeSpan?)
  /// It will never be accepted. `mayBeOneOfMany`: one alert may be the cause, and the others without it accepted.
  case refused(reason: String, detail: String, mayBeOneOfMany: Bool)

  /// From a status; 408, 429 and 5xx may pass, everything else that is no success will not. Redirects are not followed,
  /// for what is sent is meant for one server only.
  package init(status: Int, retryAfter: TimeSpan? = nil, detail: String = "") {
    let reason = "http_\(status)"
    switch status {
    case 200..<300: self = .accepted
    case 408, 429, 500...: self = .retry(reason: reason, detail: detail, after: retryAfter)
    default:
      self = .refused(
        reason: reason, detail: detail, mayBeOneOfMany: [400, 413, 422].contains(status))
    }
  }

  /// The code for counters and logs; nil when it was accepted.
  package var reason: String? {
    switch self {
    case .accepted: nil
    case .retry(let reason, _, _), .refused(let reason, _, _): reason
    }
  }
}
