import ThermoclineCore

/// How often each user, or each feature, of one account was seen on each of the last days: what the panes hold, read out.
package struct EntityDays: ~Copyable, Sendable {
  /// One user or feature on one day with an event of its own.
  package struct Item: BitwiseCopyable, Sendable {
    /// Days since 1970-01-01.
    package var day: Int32
    /// Place in `entities`.
    package var place: UInt32
    package var events: UInt32

    package init(day: Int32, place: UInt32, events: UInt32) {
      self.day = day
      self.place = place
      self.events = events
    }
  }

  package struct Entity: BitwiseCopyable, Sendable {
    /// Its number in the store; valid until the store changes.
    package var number: UInt32
    /// The day it was first counted on since it was last unknown to all windows, in days since 1970-01-01.
    package var first: Int32

    package init(number: UInt32, first: Int32) {
      self.number = number
      self.first = first
    }
  }

  /// Oldest day first; within a day in no particular order.
  package var items = Slab<Item>()
  /// In the order of their first appearance in `items`.
  package var entities = Slab<Entity>()

  package init() {}

  /// Nothing is known.
  package mutating func removeAll() {
    items.removeAll()
    entities.removeAll()
  }
}

extension WindowStore {
  /// Reads the events of the account's users (or features) of the days from `since` on that are closed. The plan must tally
  /// them, with a slide of a day. Nothing, and false, when the account has more than `most` users and features. O(what the
  /// panes hold).
  @discardableResult
  package mutating func readEntityDays(
    _ account: UInt32, _ kind: Tallies, since: EventTime, most: Int, into days: inout EntityDays
  ) -> Bool {
    days.removeAll()
    guard let (wanted, level) = plan.tallied(kind), Int(accounts[account].entities) <= most
    else { return false }
    precondition(levels[level].slide == TimeSpan.days(1).milliseconds)
    let hot = levels[level].entities
    let row = Int(account) &* cursorsPerAccount &+ hot.cursorBase
    let end = cursors[row]
    guard end != noNode else { return true }
    var position = cursors[row &+ 2 &* (hot.boundaries &- 1)]
    var day = Int32(bitPattern: cursors[row &+ 2 &* (hot.boundaries &- 1) &+ 1])
    let origin = Int32(levels[level].origin)
    let first = Int32(since.milliseconds / levels[level].slide) &- origin
    while position != end {
      var left = log.header(&position).count
      while left > 0 {
        left &-= 1
        let number = UInt32(truncatingIfNeeded: log.number(&position))
        let dimension = entities[number].dimension
        guard dimensionIsTallied[dimension] else { continue }
        let events = UInt32(truncatingIfNeeded: log.number(&position))
        if dimension != wanted || day < first { continue }
        days.items.append(
          EntityDays.Item(day: day &+ origin, place: place(number, origin, &days), events: events))
      }
      if position != end { day &+= deltaAhead(position) }
    }
    return true
  }

  @inline(__always)
  private mutating func place(
    _ number: UInt32, _ origin: Int32, _ days: inout EntityDays
  ) -> UInt32 {
    let known = tallies[number].place
    if known < days.entities.count, days.entities[known].number == number { return known }
    let place = UInt32(days.entities.count)
    tallies[number].place = place
    days.entities.append(
      EntityDays.Entity(number: number, first: tallies[number].first &+ origin))
    return place
  }

  /// The name of a user or feature that was read.
  package mutating func name(ofEntity number: UInt32) -> String { entityNames.string(number) }

  /// The number of a user of the account; nil when no window knows it. The plan must tally users.
  package mutating func user(named name: String, of account: UInt32) -> UInt32? {
    guard let (dimension, _) = plan.tallied(.users) else { return nil }
    var bytes = Array(name.utf8)
    let count = bytes.count
    guard count > 0, count <= Limits.nameBytesMax else { return nil }
    // A name table reads up to 64 bytes past a name's end.
    bytes.append(contentsOf: repeatElement(0, count: 64))
    let owner = account &* dimensionsCount &+ dimension
    let slot = unsafe bytes.withUnsafeBytes { padded -> Int in
      let text = unsafe UnsafeRawBufferPointer(rebasing: padded[..<count])
      return unsafe entityNames.find(entityNames.key(text, owner: owner), text, owner: owner)
    }
    return slot < 0 ? nil : entityNames.index(at: slot)
  }
}
