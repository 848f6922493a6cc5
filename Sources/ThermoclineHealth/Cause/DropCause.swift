import RealModule

/// Why a count fell: what of the fall comes from fewer users a day, from fewer sessions of each, and
/// from fewer of the counted events in a session. The parts add up to the fall.
package struct DropCause: Sendable, Equatable {
  /// Parts of value − expected, in events; negative where they lower it.
  package var audience: Double
  package var sessionsPerUser: Double
  package var callsPerSession: Double
  package var verdict: CauseVerdict

  /// Share of a fall that one side must have for the verdict to be its.
  static let clearShare = 0.55

  /// What a count and its two drivers came to, and what was expected of them.
  struct Chain: BitwiseCopyable {
    var audience: Double
    var sessions: Double
    var calls: Double
  }

  /// Splits the fall from `before` to `now`. `peers` = what was left of the account's own expectation when
  /// its peers' fall was taken off to give `before`, above 0 to 1. nil where the chain is broken: there are
  /// calls without sessions or sessions without users, or nothing was expected.
  init?(from before: Chain, to now: Chain, peers: Double) {
    let (start, end) = (Self.factors(before), Self.factors(now))
    guard before.calls > 0, start.allSatisfy({ $0 > 0 }), now.calls < before.calls,
      now.calls == 0 || now.sessions > 0, now.sessions == 0 || now.audience > 0
    else { return nil }
    let parts = Self.parts(before.calls, now.calls, start, end)
    (audience, sessionsPerUser, callsPerSession) = (parts[0], parts[1], parts[2])
    let fall = now.calls - before.calls
    let own = 1 - now.calls * peers / before.calls
    let traffic = (audience + sessionsPerUser) / fall
    if (1 - peers) >= own / 2 {
      verdict = .peersFellToo
    } else if traffic >= Self.clearShare {
      verdict = .businessShrank
    } else if callsPerSession / fall >= Self.clearShare {
      verdict = .turnedAway
    } else {
      verdict = .undetermined
    }
  }

  /// Users, sessions of each, calls of each session; a ratio of nothing to nothing stays undefined.
  private static func factors(_ chain: Chain) -> [Double] {
    [
      chain.audience, chain.audience > 0 ? chain.sessions / chain.audience : .nan,
      chain.sessions > 0 ? chain.calls / chain.sessions : .nan,
    ]
  }

  /// Additive logarithmic mean Divisia index, LMDI-I (Ang 2005, doi 10.1016/j.enpol.2003.10.010): the
  /// part of a factor is L(C₁, C₀) ln(x₁ ÷ x₀), L(a, b) = (a − b) ÷ (ln a − ln b). Where the product
  /// comes to zero, the first factor of the chain to do so has all of the fall: that is the limit for
  /// its going to zero while the others stay finite.
  private static func parts(_ c0: Double, _ c1: Double, _ x0: [Double], _ x1: [Double])
    -> [Double]
  {
    if c1 == 0 {
      let first = x1.firstIndex { $0 == 0 }!
      return x1.indices.map { $0 == first ? -c0 : 0 }
    }
    // Where both are nearly equal the relative difference keeps its digits, where they are far apart the
    // quotient does.
    let logarithm = c1 > c0 / 2 ? Double.log(onePlus: (c1 - c0) / c0) : Double.log(c1 / c0)
    let mean = (c1 - c0) / logarithm
    return zip(x0, x1).map { mean * Double.log($1 / $0) }
  }
}
