/// A consumer group with cooperative rebalances: a partition goes to its next owner only after the one before has
/// answered, or has been thrown out.
package struct ConsumerGroup {
  package enum Event: Equatable {
    case assigned([Int])
    case revoked([Int])
    /// The member was thrown out; its partitions may have other owners already.
    case lost
  }
  private struct Member {
    var id: Int
    var events: [Event] = []
  }
  package private(set) var generation = 0
  package private(set) var rebalancesCount = 0
  /// In the order in which they joined.
  private var members: [Member] = []
  private var outcasts: [Int] = []
  /// By partition; nil = nobody's.
  private var owners: [Int?]
  private var isRevoking: [Bool]

  init(partitions: Int) {
    owners = Array(repeating: nil, count: partitions)
    isRevoking = Array(repeating: false, count: partitions)
  }

  package func isMember(_ id: Int) -> Bool { members.contains { $0.id == id } }

  mutating func join(_ id: Int) {
    members.append(Member(id: id))
    rebalance()
  }

  /// Leaves, or is thrown out, which it will hear of.
  mutating func remove(_ id: Int, isOutcast: Bool) {
    guard let index = members.firstIndex(where: { $0.id == id }) else { return }
    members.remove(at: index)
    if isOutcast { outcasts.append(id) }
    for partition in owners.indices where owners[partition] == id {
      owners[partition] = nil
      isRevoking[partition] = false
    }
    rebalance()
  }

  /// The next thing the member has to do.
  mutating func nextEvent(_ id: Int) -> Event? {
    if let index = outcasts.firstIndex(of: id) {
      outcasts.remove(at: index)
      return .lost
    }
    guard let index = members.firstIndex(where: { $0.id == id }), !members[index].events.isEmpty
    else { return nil }
    return members[index].events.removeFirst()
  }

  /// The member has given up what was asked back.
  mutating func acknowledge(_ id: Int, _ partitions: [Int]) {
    guard isMember(id) else { return }
    for partition in partitions where owners[partition] == id {
      owners[partition] = nil
      isRevoking[partition] = false
    }
    rebalance()
  }

  mutating func rebalance() {
    generation += 1
    rebalancesCount += 1
    guard !members.isEmpty else { return }
    let most = (owners.count + members.count - 1) / members.count
    for index in members.indices {
      let owned = owners.indices.filter { owners[$0] == members[index].id && !isRevoking[$0] }
      let surplus = Array(owned.dropFirst(most))
      if surplus.isEmpty { continue }
      for partition in surplus { isRevoking[partition] = true }
      members[index].events.append(.revoked(surplus))
    }
    var given: [[Int]] = Array(repeating: [], count: members.count)
    for partition in owners.indices where owners[partition] == nil {
      let counts = members.map { member in owners.count { $0 == member.id } }
      let index = counts.indices.min { counts[$0] < counts[$1] }!
      owners[partition] = members[index].id
      given[index].append(partition)
    }
    for index in members.indices where !given[index].isEmpty {
      members[index].events.append(.assigned(given[index]))
    }
  }
}
