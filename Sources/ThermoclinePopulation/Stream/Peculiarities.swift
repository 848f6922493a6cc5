internal import ThermoclineCore

/// Plans the late and the hostile messages: a known number of each, at known times.
enum Peculiarities {
  /// Messages of each peculiar kind in a population, whatever its size.
  static func count(of kind: SimulatedMessage.Kind) -> Int {
    switch kind {
    case .event: 0
    case .late: 16
    case .veryLate: 8
    case .notJSON, .missingAccount, .farFuture: 4
    }
  }

  /// All of them. Late events are log-ins of stationary accounts outside the outages, so that they
  /// belong to no incident.
  static func messages(
    _ settings: PopulationSettings, _ accounts: [SimulatedAccount], _ truth: GroundTruth
  ) -> [PendingMessage] {
    var random = SplitMix64(seed: settings.seed, stream: 3)
    let stationary = accounts.filter { truth.isStationary($0.name) }
    let outages = truth.incidents.filter { $0.kind == .trackingOutage }
    return SimulatedMessage.Kind.allCases.flatMap { kind in
      (0..<count(of: kind)).map { _ in
        var time: EventTime
        repeat {
          // Nine days before the end at the latest: the latest arrivals still lie inside the run.
          time = settings.start + .hours(Int64(random.within(24...24 * (settings.days - 10))))
          time = time + .seconds(Int64(random.below(3_600)))
        } while outages.contains { $0.start <= time && time < $0.end }
        return PendingMessage(
          arrival: time.milliseconds + delay(of: kind, &random), time: time.milliseconds,
          account: Int32(stationary[random.below(stationary.count)].index), user: 0,
          type: EventType.login.position, kind: kind)
      }
    }
  }

  private static func delay(
    of kind: SimulatedMessage.Kind, _ random: inout SplitMix64
  ) -> Int64 {
    switch kind {
    case .late: Int64(random.within(600_000...7_200_000))
    case .veryLate: Int64(random.within(3 * 86_400_000...9 * 86_400_000))
    case .event, .notJSON, .missingAccount, .farFuture: 0
    }
  }
}
