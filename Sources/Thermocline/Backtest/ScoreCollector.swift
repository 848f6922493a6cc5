internal import ThermoclineBacktest
internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine
internal import ThermoclineHealth

/// Takes a replay's outputs and keeps what a backtest asks for: of each account the final score
/// that was the newest at certain midnights, and when alerts began. A final score of a midnight
/// knows events strictly before it and nothing else.
final class ScoreCollector: OutputSink {
  /// A midnight at which an account's score is asked for.
  private struct Moment {
    var day: Int
    /// Place among the cases; −1 = a look at the band some days before the account left.
    var place: Int
    var daysBefore: Int
  }

  private struct Account {
    var moments: [Moment] = []
    var next = 0
    /// The newest final score as it was published; empty = none.
    var last: [UInt8] = []
  }

  /// Days before leaving at which the band is looked at.
  static let lookDays = [30, 60, 90]

  private let policy: Policy
  private var numbers: [[UInt8]: Int] = [:]
  private var accounts: [Account]
  private var samples: [ScoreSample?]
  private var looks: [BandLook] = []
  private var alerts: [AlertStart] = []

  init(_ table: CaseTable, policy: Policy) {
    self.policy = policy
    accounts = table.accounts.map { account in
      guard let churnDay = account.churnDay else { return Account() }
      let looks = Self.lookDays.map { Moment(day: churnDay - $0, place: -1, daysBefore: $0) }
      return Account(moments: looks.filter { table.isLookedAt(account, on: $0.day) })
    }
    for (number, account) in table.accounts.enumerated() {
      numbers[Array(account.name.utf8)] = number
    }
    samples = Array(repeating: nil, count: table.cases.count)
    for (place, one) in table.cases.enumerated() {
      accounts[one.account].moments.append(Moment(day: one.day, place: place, daysBefore: 0))
    }
    for i in accounts.indices { accounts[i].moments.sort { $0.day < $1.day } }
  }

  func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    do throws(OutputDecodingError) {
      for record in batch.records {
        guard let number = numbers[Array(batch.bytes[record.key])] else { continue }
        switch record.stream {
        case .scores: try take(batch.bytes[record.value], at: record.at, number)
        case .alerts: try take(alert: Array(batch.bytes[record.value]), number)
        default: break
        }
      }
    } catch { throw OutputSinkError("\(error)") }
  }

  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {}

  /// Everything was published.
  func finish() throws(JobFailure) -> PolicyRun {
    do throws(OutputDecodingError) {
      for number in accounts.indices { try settle(number, before: .distantFuture) }
    } catch { throw JobFailure(.internalError, "\(error)") }
    return PolicyRun(
      policy: policy.identifier, bands: policy.bands.map(\.name),
      measures: policy.measures.map(\.name), samples: samples, looks: looks, alerts: alerts)
  }

  private func take(
    _ score: ArraySlice<UInt8>, at: EventTime, _ number: Int
  ) throws(OutputDecodingError) {
    guard score.isEmpty || Self.isFinal(score) else { return }
    // What was the newest until now is the answer for the midnights before this one.
    try settle(number, before: at)
    if accounts[number].next < accounts[number].moments.count {
      accounts[number].last = Array(score)
    } else {
      accounts[number].last = []
    }
  }

  private func take(alert: [UInt8], _ number: Int) throws(OutputDecodingError) {
    let alert = try HealthAlertDecoder.decode(alert)
    guard alert.state == .firing, alert.at == alert.startsAt else { return }
    alerts.append(AlertStart(account: number, day: alert.at.dayNumber, rule: alert.rule))
  }

  /// Answers the moments before a time with the newest score.
  private func settle(_ number: Int, before time: EventTime) throws(OutputDecodingError) {
    var sample: ScoreSample?
    while accounts[number].next < accounts[number].moments.count {
      let moment = accounts[number].moments[accounts[number].next]
      guard EventTime(dayNumber: moment.day) < time else { return }
      accounts[number].next += 1
      if accounts[number].last.isEmpty { continue }
      if sample == nil { sample = try decode(accounts[number].last) }
      if moment.place >= 0 {
        samples[moment.place] = sample
      } else if let band = sample?.band {
        looks.append(BandLook(account: number, daysBefore: moment.daysBefore, band: band))
      }
    }
  }

  private func decode(_ bytes: [UInt8]) throws(OutputDecodingError) -> ScoreSample {
    let score = try HealthScoreDecoder.decode(bytes)
    var found: [String: Double] = [:]
    for measure in score.measures { found[measure.name] = measure.subscore?.value }
    return ScoreSample(
      points: score.score?.value,
      band: policy.bands.firstIndex { $0.name == score.band },
      subscores: policy.measures.map { found[$0.name] ?? .nan }, stage: score.stage)
  }

  private static let mark = Array(",\"final\":".utf8)

  /// Whether a published score is final. The mark cannot stand inside a text before it, where its
  /// quotes would be escaped.
  static func isFinal(_ score: ArraySlice<UInt8>) -> Bool {
    var i = score.startIndex
    while i + mark.count < score.endIndex {
      if score[i] == mark[0], score[i..<i + mark.count].elementsEqual(mark) {
        return score[i + mark.count] == UInt8(ascii: "t")
      }
      i += 1
    }
    return false
  }
}
