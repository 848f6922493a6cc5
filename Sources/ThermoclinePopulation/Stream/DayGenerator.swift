internal import ThermoclineCore

/// Draws the events of one account on one day. Every (account, day) has random numbers of its own,
/// so that an incident of one account changes nothing anywhere else.
struct DayGenerator {
  private let seed: UInt64
  private let zipf = ZipfTable(ranksMax: 160)
  private let typeOfDraw = EventType.mix.flatMap {
    [UInt8](repeating: $0.type.position, count: $0.perThousand)
  }
  private let businessHours = hours([
    2, 1, 1, 1, 1, 2, 4, 8, 14, 20, 22, 21, 17, 19, 21, 20, 18, 14, 9, 7, 6, 5, 4, 3,
  ])
  private let consumerHours = hours([
    5, 3, 2, 1, 1, 2, 4, 6, 7, 8, 8, 9, 10, 9, 9, 9, 10, 12, 15, 18, 20, 19, 14, 9,
  ])

  init(seed: UInt64) { self.seed = seed }

  /// Appends the day's events, in no particular order. Event times lie inside the day; arrivals may
  /// lie up to `Population.jitterMax` after it.
  func appendDay(
    _ day: Int, from midnight: EventTime, of account: SimulatedAccount, _ effects: DayEffects,
    to events: inout [PendingMessage]
  ) {
    guard effects.scale > 0 else { return }
    var random = SplitMix64(
      seed: seed, stream: 1_000 + UInt64(account.index), substream: UInt64(day))
    let mean = account.weeklyMean / 7 * account.weekdays[day % 7] * effects.scale
    let isFlat = account.weekdays[5] == account.weekdays[0]
    let hours = isFlat ? consumerHours : businessHours
    let users = max(1, Int((Double(account.users) * effects.users).rounded()))
    for _ in 0..<random.count(mean: mean, dispersion: account.dispersion) {
      let hour = (hours[random.below(hours.count)] - account.zone + 24) % 24
      let offset = hour * 3_600_000 + random.below(3_600_000)
      appendMoment(
        at: midnight.milliseconds + Int64(offset), account, effects, users, &random, to: &events)
    }
    appendCalendar(from: midnight, account, &random, to: &events)
  }

  /// One active moment of one user.
  private func appendMoment(
    at time: Int64, _ account: SimulatedAccount, _ effects: DayEffects, _ users: Int,
    _ random: inout SplitMix64, to events: inout [PendingMessage]
  ) {
    let type = EventType.allCases[Int(typeOfDraw[random.below(typeOfDraw.count)])]
    var user = zipf.rank(of: users, &random)
    if user == 0, effects.isContactGone { return }
    if user == 0, effects.isContactReplaced { user = account.users }
    var event = PendingMessage(
      arrival: time + delay(&random), time: time, account: Int32(account.index),
      user: Int32(user), type: type.position)
    switch type {
    case .botCall where effects.botCalls < 1:
      if random.unit() >= effects.botCalls { return }
    case .featureClick:
      let feature = zipf.rank(of: account.features, &random)
      if feature == 0, effects.isFavouriteAbandoned { return }
      event.feature = Int16(feature)
    case .session:
      // One session mostly, sometimes two or three reported together; 1.4 on average.
      let draw = random.below(10)
      event.value = draw < 7 ? 1 : draw < 9 ? 2 : 3
    case .ticketOpened: appendAnswer(to: event, &random, &events)
    default: break
    }
    events.append(event)
  }

  /// The answer to a ticket, after one minute to four hours and before midnight.
  private func appendAnswer(
    to ticket: PendingMessage, _ random: inout SplitMix64, _ events: inout [PendingMessage]
  ) {
    let minutesLeft = Int((86_400_000 - 1 - ticket.time % 86_400_000) / 60_000)
    guard minutesLeft > 0 else { return }
    let minutes = Int64(1 + random.below(min(240, minutesLeft)))
    let time = ticket.time + minutes * 60_000
    events.append(
      PendingMessage(
        arrival: time + delay(&random), time: time, value: minutes, account: ticket.account,
        type: EventType.ticketAnswered.position))
  }

  /// What follows the calendar: the monthly payment (one in fifty fails) and now and then a rating.
  private func appendCalendar(
    from midnight: EventTime, _ account: SimulatedAccount, _ random: inout SplitMix64,
    to events: inout [PendingMessage]
  ) {
    func append(_ type: EventType, value: Int64, user: Int32 = -1) {
      let time = midnight.milliseconds + 32_400_000 + Int64(random.below(3_600_000))
      events.append(
        PendingMessage(
          arrival: time + delay(&random), time: time, value: value, account: Int32(account.index),
          user: user, type: type.position))
    }
    if midnight.civilDate.day == account.paymentDay {
      let failed = random.below(50) == 0
      append(failed ? .paymentFailed : .payment, value: Int64(account.profile.revenue))
    }
    if random.below(45) == 0 { append(.nps, value: Int64(random.within(5...10)), user: 0) }
  }

  private func delay(_ random: inout SplitMix64) -> Int64 {
    Int64(random.below(Int(Population.jitterMax.milliseconds)))
  }

  /// Every hour of the day as often as its weight, for drawing by a whole number.
  private static func hours(_ weights: [Int]) -> [Int] {
    weights.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) }
  }
}

extension EventType {
  /// Position in `allCases`.
  var position: UInt8 { UInt8(EventType.allCases.firstIndex(of: self)!) }
}
