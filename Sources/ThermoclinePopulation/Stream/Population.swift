package import ThermoclineCore

/// A simulated customer population: accounts, what really happens to them, and the stream of
/// messages that a collector would see. Holds one day of messages at a time. The same settings make
/// the same bytes on every machine: only whole numbers and the basic IEEE operations are used.
package struct Population: Sendable {
  /// An ordinary event arrives less than this after its event time, so it lies less than this
  /// behind the newest event before it.
  package static let jitterMax = TimeSpan.seconds(5)

  package let settings: PopulationSettings
  package let accounts: [SimulatedAccount]
  package let groundTruth: GroundTruth
  /// Good events emitted so far.
  package private(set) var counts: DailyCounts
  private let outages: [Incident]
  private let everyone: [Incident]
  private let generator: DayGenerator
  private var writer: MessageWriter
  private var nextDayIndex = 0
  /// Drawn, but arriving on a later day.
  private var carried: [PendingMessage]

  /// Throws when a setting is out of its range.
  package init(_ settings: PopulationSettings = .init()) throws(PopulationSettingsError) {
    try settings.validate()
    var accounts = AccountRoster.accounts(settings)
    let incidents = IncidentPlan.incidents(settings, &accounts)
    self.settings = settings
    self.accounts = accounts
    groundTruth = GroundTruth(
      incidents: incidents, accounts: accounts.map(\.name), start: settings.start,
      end: settings.end)
    outages = incidents.filter { $0.kind == .trackingOutage }
    everyone = incidents.filter { $0.scope == .everyone }
    carried = Peculiarities.messages(settings, accounts, groundTruth)
    counts = DailyCounts(accounts: settings.accounts, days: settings.days)
    generator = DayGenerator(seed: settings.seed)
    writer = MessageWriter(accounts)
  }

  /// What the vendor knows of every account, in order.
  package var profiles: [(account: String, profile: AccountProfile)] {
    accounts.map { ($0.name, $0.profile) }
  }

  /// Messages of a kind in the whole stream; 0 for ordinary events, whose number follows from
  /// chance.
  package static func plannedMessages(of kind: SimulatedMessage.Kind) -> Int {
    Peculiarities.count(of: kind)
  }

  /// Gives the messages that arrive on the next day to `body`, in order of arrival; false when
  /// there is no day left. The last day also gives what arrives in the seconds after it.
  package mutating func nextDay(_ body: (SimulatedMessage) throws -> Void) rethrows -> Bool {
    guard nextDayIndex < settings.days else { return false }
    let day = nextDayIndex
    nextDayIndex += 1
    for message in arrivals(day) {
      if !message.kind.isHostile { count(message) }
      try body(writer.message(message))
    }
    return true
  }

  /// The messages of one day, sorted by arrival; what arrives later is carried over.
  private mutating func arrivals(_ day: Int) -> [PendingMessage] {
    let midnight = settings.start + .days(Int64(day))
    let end = (midnight + .days(1)).milliseconds
    let isLast = day == settings.days - 1
    var messages: [PendingMessage] = []
    for account in accounts {
      let incidents = everyone + groundTruth.incidents(of: account.name)
      generator.appendDay(
        day, from: midnight, of: account, DayEffects(of: incidents, on: midnight), to: &messages)
    }
    removeLost(&messages)
    messages += carried
    carried = isLast ? [] : messages.filter { $0.arrival >= end }
    if !isLast { messages.removeAll { $0.arrival >= end } }
    messages.sort(by: PendingMessage.arrivesBefore)
    return messages
  }

  /// Removes what an outage swallows.
  private func removeLost(_ messages: inout [PendingMessage]) {
    for outage in outages {
      let type = outage.type.flatMap(EventType.init(rawValue:))?.position
      let span = outage.start.milliseconds..<outage.end.milliseconds
      messages.removeAll { span.contains($0.time) && (type == nil || type == $0.type) }
    }
  }

  private mutating func count(_ message: PendingMessage) {
    let day = Int((message.time - settings.start.milliseconds) / 86_400_000)
    counts[Int(message.account), day] += 1
  }
}
