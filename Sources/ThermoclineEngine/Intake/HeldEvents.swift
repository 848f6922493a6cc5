import ThermoclineCore

/// The events of one partition that wait for an account, in the order in which they came. Bounded by number and bytes;
/// what stays longest goes first.
struct HeldEvents: Sendable {
  private struct Place {
    var event: HeldEvent
    /// Who will be asked for.
    var user: [UInt8]
  }

  private let eventsMax: Int
  private let bytesMax: Int
  /// By number less `first`; nil = released.
  private var queue: [Place?] = []
  /// Places at the front that were given up; cut off when they are half of the queue.
  private var gone = 0
  /// Number of the event at the front of the queue.
  private var first = 0
  /// Numbers of the events of a user, ascending. A slice, whose first goes without the others being moved: all that
  /// waits may be one user's.
  private var byUser: [[UInt8]: ArraySlice<Int>] = [:]
  private(set) var count = 0
  private(set) var bytesCount = 0

  init(eventsMax: Int, bytesMax: Int) {
    self.eventsMax = eventsMax
    self.bytesMax = bytesMax
  }

  /// When the first of them has waited long enough; `Int64.max` when none waits.
  /// Kept beside the queue, for every event of the partition asks.
  private(set) var deadline = Int64.max

  /// Whether more wait than may.
  var isOverfull: Bool { count > eventsMax || bytesCount > bytesMax }

  /// Adds an event under the user who will be asked for.
  mutating func add(_ event: HeldEvent, user: [UInt8]) {
    byUser[user, default: []].append(first + queue.count)
    queue.append(Place(event: event, user: user))
    if count == 0 { deadline = event.deadline }
    count += 1
    bytesCount += event.bytesCount
  }

  /// Takes the events of a user out, in their order.
  mutating func take(user: [UInt8]) -> [HeldEvent] {
    guard count > 0, let numbers = byUser.removeValue(forKey: user) else { return [] }
    return numbers.compactMap { take($0) }
  }

  /// From now on the events of `earlier` wait for `user`.
  mutating func rename(_ earlier: [UInt8], to user: [UInt8]) {
    guard earlier != user, let numbers = byUser.removeValue(forKey: earlier) else { return }
    for number in numbers { queue[number - first]?.user = user }
    byUser[user] = (numbers + byUser[user, default: []]).sorted()[...]
  }

  /// Takes the one out that came first.
  mutating func takeFirst() -> HeldEvent? {
    guard gone < queue.count, let place = queue[gone] else { return nil }
    // It is the first of its user's, too.
    byUser[place.user]!.removeFirst()
    if byUser[place.user]!.isEmpty { byUser[place.user] = nil }
    return take(first + gone)
  }

  private mutating func take(_ number: Int) -> HeldEvent? {
    guard number >= first, let event = queue[number - first]?.event else { return nil }
    queue[number - first] = nil
    count -= 1
    bytesCount -= event.bytesCount
    while gone < queue.count, queue[gone] == nil { gone += 1 }
    if gone > 64, gone * 2 > queue.count {
      queue.removeFirst(gone)
      first += gone
      gone = 0
    }
    deadline = gone < queue.count ? queue[gone]!.event.deadline : .max
    return event
  }
}

extension HeldEvents {
  /// In their order, each with the user who will be asked for.
  func write(to state: inout StateWriter) {
    state.write(UInt64(count))
    for case .some(let place) in queue {
      state.write(place.user)
      place.event.write(to: &state)
    }
  }

  mutating func read(from state: inout StateReader) throws(StateError) {
    self = HeldEvents(eventsMax: eventsMax, bytesMax: bytesMax)
    for _ in 0..<(try state.count()) {
      let user = try state.text()
      add(try HeldEvent(from: &state), user: user)
    }
  }
}
