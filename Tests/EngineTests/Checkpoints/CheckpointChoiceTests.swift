import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine

/// Which checkpoint a partition goes on from, where some are damaged, missing or of something else.
@Suite struct CheckpointChoiceTests {
  private static let fingerprint: UInt64 = 7
  private static let day = EventTime(milliseconds: 20_000 * 86_400_000)

  /// The messages of a checkpoint of three chunks.
  private func messages(
    _ name: String, _ slot: CheckpointKey.Slot, sequence: Int64, position: Int64,
    day: EventTime = day, fingerprint: UInt64 = fingerprint
  ) -> [(key: String, value: [UInt8])] {
    var manifest = CheckpointManifest(
      sequence: sequence, position: position, watermark: day, fingerprint: fingerprint,
      takenAt: day, chain: CheckpointChain(slot: slot))
    manifest.day = day
    var messages: [(key: String, value: [UInt8])] = []
    for index in 0..<3 {
      let chunk = CheckpointFormat.chunk(
        [UInt8(index), 0, 2, UInt8(index), UInt8(sequence)], index: index, of: sequence)
      manifest.chain.note(chunk, of: sequence)
      manifest.parts.append(2)
      messages.append((CheckpointKey(name, slot, .chunk(index)).text, chunk))
    }
    return messages + [(CheckpointKey(name, slot, .manifest).text, manifest.bytes)]
  }

  private func shelf(_ messages: [(key: String, value: [UInt8])]) -> CheckpointShelf {
    var shelf = CheckpointShelf()
    for message in messages { shelf.take(key: message.key, value: message.value) }
    return shelf
  }

  private func choice(
    _ shelf: CheckpointShelf, committed: Int64 = 100, logStart: Int64 = 0,
    names: [String] = ["p0"]
  ) -> CheckpointChoice {
    CheckpointChoice(
      of: names.map { .init(name: $0, committed: committed, logStart: logStart) }, from: shelf,
      fingerprint: Self.fingerprint)
  }

  @Test("the newest whole one is taken")
  func newest() throws {
    let old = messages("p0", .a, sequence: 1, position: 10)
    let new = messages("p0", .b, sequence: 2, position: 20)
    let choice = choice(shelf(new + old))
    let chosen = try #require(choice.checkpoints["p0"])
    #expect(chosen.manifest.position == 20 && chosen.slot == .b)
    #expect(try bytes(of: chosen.state(), count: 6) == [0, 2, 1, 2, 2, 2])
    #expect(choice.passedOver.isEmpty && choice.lost.isEmpty)
  }

  @Test("where any message of the newest is missing or damaged, the one before is taken")
  func fallsBack() throws {
    let old = messages("p0", .a, sequence: 1, position: 10)
    let new = messages("p0", .b, sequence: 2, position: 20)
    for place in new.indices {
      for damage in 0..<3 {
        var torn = new
        switch damage {
        case 0: torn.remove(at: place)
        case 1: torn[place].value.removeLast()
        default: torn[place].value[9] ^= 4
        }
        let choice = choice(shelf(old + torn))
        #expect(choice.checkpoints["p0"]?.manifest.sequence == 1)
        // Without a manifest there is nothing to speak of.
        #expect(choice.passedOver.isEmpty == (place == 3 && damage == 0))
      }
    }
  }

  @Test("a half of the next one, written over the one before last, does not pass for it")
  func tornWrite() {
    let old = messages("p0", .a, sequence: 1, position: 10)
    let new = messages("p0", .b, sequence: 2, position: 20)
    let next = messages("p0", .a, sequence: 3, position: 30)
    for count in 1...3 {
      let choice = choice(shelf(old + new + next.prefix(count)))
      #expect(choice.checkpoints["p0"]?.manifest.sequence == 2)
      #expect(choice.passedOver.first?.contains("is another checkpoint's") == true)
    }
  }

  @Test("one beyond the committed position, of another policy, or before the log's begin is no use")
  func unfit() {
    let beyond = choice(shelf(messages("p0", .a, sequence: 1, position: 101)))
    #expect(beyond.checkpoints.isEmpty && beyond.passedOver[0].contains("committed is 100"))
    let other = choice(shelf(messages("p0", .a, sequence: 1, position: 9, fingerprint: 8)))
    #expect(other.checkpoints.isEmpty && other.passedOver[0].contains("another policy"))
    let cut = choice(shelf(messages("p0", .a, sequence: 1, position: 9)), logStart: 10)
    #expect(cut.checkpoints.isEmpty && cut.passedOver[0].contains("log begins at 10"))
  }

  @Test("where all are damaged and the log was cut, the partition is lost; else it is rebuilt")
  func lost() {
    var torn = messages("p0", .a, sequence: 1, position: 10)
    torn.remove(at: 1)
    #expect(choice(shelf(torn), logStart: 5).lost == ["p0"])
    #expect(choice(shelf(torn), logStart: 0).lost.isEmpty)
    #expect(choice(shelf(torn), committed: 0, logStart: 5).lost.isEmpty, "nothing was said yet")
    #expect(choice(shelf([]), logStart: 5).lost.isEmpty, "there never was one")
  }

  @Test("one of a newer version is refused with both versions")
  func newerVersion() {
    var newer = messages("p0", .a, sequence: 1, position: 10)
    let version = CheckpointFormat.version
    newer[3].value[4] = version + 1
    let choice = choice(shelf(newer), logStart: 5)
    #expect(choice.lost == ["p0"])
    #expect(
      choice.passedOver[0].contains("format \(version + 1)")
        && choice.passedOver[0].contains("reads up to \(version)"))
  }

  @Test("partitions that begin together go on from the same day, or none does")
  func commonDay() {
    let next = Self.day + .days(1)
    let first =
      messages("p0", .a, sequence: 1, position: 10)
      + messages("p0", .b, sequence: 2, position: 20, day: next)
    let second = messages("p1", .a, sequence: 1, position: 11)
    let both = choice(shelf(first + second), names: ["p0", "p1"])
    #expect(both.checkpoints.mapValues(\.manifest.position) == ["p0": 10, "p1": 11])
    let late = messages("p1", .a, sequence: 3, position: 31, day: next + .days(1))
    let none = choice(shelf(first + late), names: ["p0", "p1"])
    #expect(none.checkpoints.isEmpty && none.lost.isEmpty)
    #expect(none.passedOver.allSatisfy { $0.contains("no day is common") })
  }

  @Test("keys of other things, and names that were not asked for, are passed over")
  func keys() {
    var shelf = CheckpointShelf(of: ["p0"])
    for message in messages("p1", .a, sequence: 1, position: 1) {
      shelf.take(key: message.key, value: message.value)
    }
    for key in ["", "p0", "p0/a", "p0/c/1", "p0/a/x", "p0/a/-1", "//"] {
      shelf.take(key: key, value: [1])
    }
    #expect(shelf.names.isEmpty)
    // A group's name may hold slashes.
    #expect(CheckpointKey("x/y/events/3/b/12")?.name == "x/y/events/3")
  }
}
