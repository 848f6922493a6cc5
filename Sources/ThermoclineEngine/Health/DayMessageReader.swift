import ThermoclineCore
import ThermoclineHealth

/// Takes what other instances say of days to the board. One thread.
package struct DayMessageReader {
  /// What became of a message.
  package enum Outcome: Equatable, Sendable {
    case taken
    /// More pieces of it are to come.
    case begun
    /// Another job's, or of a partition that there is not.
    case foreign
    /// Told under another policy: the day counts as told, and what was told of it does not.
    case otherPolicy
    /// Damaged, or of a format of a newer version: the day counts as told, and what was told of it does not. Says why.
    case unreadable(String)
  }

  private let model: HealthModel
  /// Of the policy: to work it out takes a walk over all of it, so not for each message.
  private let fingerprint: UInt64
  private let partitions: [String: Int]
  /// What came of a day so far, by partition.
  private var begun: [Int: (day: EventTime, pieces: [[UInt8]])] = [:]

  package init(_ model: HealthModel, _ exchange: SegmentExchange) {
    self.model = model
    fingerprint = model.plan.fingerprint
    partitions = Dictionary(uniqueKeysWithValues: exchange.keys.enumerated().map { ($1, $0) })
  }

  /// - Throws: why not even the message's day can be read; the board has heard nothing then, and waits for the partition's
  ///   next day.
  package mutating func take(key: String, _ bytes: [UInt8]) throws(StateError) -> Outcome {
    guard let partition = partitions[key] else { return .foreign }
    do throws(StateError) { return try take(partition, bytes) } catch {
      guard let head = DayMessage.Head(bytes) else { throw error }
      begun[partition] = nil
      switch head {
      case .idle: model.board.hearIdle(partition)
      case .told(let day): model.board.hear(day, of: partition, nil)
      }
      return .unreadable("\(error)")
    }
  }

  private mutating func take(_ partition: Int, _ bytes: [UInt8]) throws(StateError) -> Outcome {
    let message = try DayMessage(bytes)
    switch message.content {
    case .passed(let said):
      model.board.hear(message.day, of: partition, nil)
      model.board.hearSaid(said, of: partition)
    case .idle: model.board.hearIdle(partition)
    case .piece(let piece, let place, let isLast):
      var pieces = begun[partition]?.day == message.day ? begun[partition]!.pieces : []
      // Said again from the start by who took the partition over.
      if place == 0 { pieces = [] }
      guard pieces.count == place else {
        begun[partition] = nil
        throw StateError("piece \(place) of a day, of which \(pieces.count) came before")
      }
      pieces.append(piece)
      begun[partition] = isLast ? nil : (message.day, pieces)
      guard isLast else { return .begun }
      guard let plan = plan(message.policy) else {
        model.board.hear(message.day, of: partition, nil)
        return .otherPolicy
      }
      var state = StateReader(Array(pieces.joined()))
      var evidence = AlertJudge(plan).evidence()
      try evidence.read(from: &state)
      var tallies = try SegmentTallies(from: &state)
      // An earlier version ends here; what a later one says beyond what is read is passed over.
      if state.left > 0 { try tallies.readAdded(from: &state) }
      model.board.hear(
        message.day, of: partition, DaySummary(evidence: evidence, tallies: tallies))
    }
    return .taken
  }

  /// The policy of that fingerprint, if it is one that this job judges by.
  private func plan(_ fingerprint: UInt64) -> PolicyPlan? {
    if self.fingerprint == fingerprint { return model.plan }
    guard let edition = model.policies.edition(after: 0) else { return nil }
    return edition.plan.fingerprint == fingerprint ? edition.plan : nil
  }
}
