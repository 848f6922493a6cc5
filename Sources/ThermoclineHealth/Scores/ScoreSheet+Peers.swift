internal import ThermoclineCore

/// Measures that are judged against other accounts.
extension ScoreSheet {
  /// By what the next account's measures are judged, in the order of `peerMeasures`; nil where its peers are too few.
  package mutating func use(_ yardsticks: [PeerYardstick?]) {
    precondition(yardsticks.count == peerMeasures.count)
    self.yardsticks = yardsticks
  }

  /// What a measure of the account came to, for others to be judged by; nil when it is absent.
  package func peerValue(_ measure: Int) -> Double? {
    lines[measure].hasValue ? wholeWindow(lines[measure].value, measure, age) : nil
  }

  /// What a line was judged by; nil where it was not judged against peers.
  package func yardstick(of line: Int) -> PeerYardstick? {
    let peer = measures[first &+ line].peer
    return peer >= 0 && lines[line].subscore != noPoints ? yardsticks[peer] : nil
  }

  /// Sub-score and expected value of a measure, for its value of the whole window.
  mutating func judge(_ i: Int, among peer: Int, _ value: Double) {
    guard let yardstick = yardsticks[peer] else { return }
    lines[i].expected = yardstick.median
    lines[i].hasExpected = true
    // Half of those who do nothing, too, are no company to be above: silence never looks healthy.
    let isNothing = value <= 0 && measures[first &+ i].isMoreBetter
    lines[i].percentile = isNothing ? 0 : yardstick.percentile(of: value)
    lines[i].subscore = tenThousandths(curve(i, at: lines[i].percentile))
  }
}
