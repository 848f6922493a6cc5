import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineWindows

@Suite struct NameTableTests {
  @Test(
    "insertions, look-ups and removals agree with a dictionary", arguments: [1, 2, 3] as [UInt64])
  func itBehavesAsADictionary(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var table = NameTable(seed: random.next(), capacity: 4)
    var reference: [String: (owner: UInt32, name: String, index: UInt32)] = [:]
    var written = TextBuffer()
    for _ in 0..<20_000 {
      let owner = UInt32.random(in: 0..<3, using: &random)
      // Lengths on both sides of what a slot holds itself, and of a word.
      let length = [1, 7, 8, 9, 14, 15, 16, 17, 40, 256].randomElement(using: &random)!
      let text = String(Int.random(in: 0..<40, using: &random))
      let name = String((text + String(repeating: "x", count: 256)).prefix(length))
      let id = "\(owner) \(name)"
      let slot = find(name, owner, &table)
      #expect((slot >= 0) == (reference[id] != nil))
      if let known = reference[id], slot >= 0 {
        #expect(table.index(at: slot) == known.index)
        #expect(table.string(known.index) == name)
        written.clear()
        table.append(known.index, to: &written)
        #expect(written.string == name)
        #expect(table.slot(of: known.index) == slot)
        if Bool.random(using: &random) {
          table.remove(at: slot)
          reference[id] = nil
        }
      } else {
        reference[id] = (owner, name, insert(name, owner, &table))
      }
      #expect(table.count == reference.count)
    }
    for entry in reference.values {
      let slot = find(entry.name, entry.owner, &table)
      #expect(slot >= 0 && table.index(at: slot) == entry.index)
      for owner in 0..<3 as Range<UInt32> {
        let sibling = table.sibling(ofNameAt: slot, under: owner)
        let known = reference["\(owner) \(entry.name)"]?.index
        #expect((sibling < 0 ? nil : table.index(at: sibling)) == known)
      }
    }
  }

  @Test("mark and tally stay with their name, wherever growing and removals move it")
  func marksAndTalliesMoveAlong() {
    var random = SeededGenerator(seed: 4)
    var table = NameTable(seed: random.next(), capacity: 4)
    var reference: [String: (mark: Int32, tally: UInt32)] = [:]
    for round in 0..<6_000 {
      let length = [4, 15, 16, 40].randomElement(using: &random)!
      let text = String(Int.random(in: 0..<(round < 3_000 ? 400 : 20), using: &random))
      let name = String((text + String(repeating: "x", count: 40)).prefix(length))
      let slot = find(name, 0, &table)
      if slot < 0 {
        _ = insert(name, 0, &table)
        let found = find(name, 0, &table)
        #expect(table.tally(at: found) == 0)
        table.setMark(-5, at: found)
        reference[name] = (-5, 0)
      } else if Int.random(in: 0..<3, using: &random) == 0 {
        table.remove(at: slot)
        reference[name] = nil
      } else {
        table.setMark(Int32(round), at: slot)
        table.setTally(table.tally(at: slot) + 1, at: slot)
        reference[name] = (Int32(round), reference[name]!.tally + 1)
      }
    }
    #expect(reference.count > 500)
    for (name, kept) in reference {
      let slot = find(name, 0, &table)
      #expect(table.mark(at: slot) == kept.mark && table.tally(at: slot) == kept.tally)
    }
  }

  @Test("names whose hashes collide stay two names, short or long")
  func collisionsDoNotMerge() {
    for length in [4, 100] {
      var table = NameTable(seed: 0)
      let names = ["a", "b", "c"].map { String(repeating: $0, count: length) }
      for name in names {
        unsafe withName(name) { text in
          var key = unsafe table.key(text, owner: 0)
          // The worst case made by hand: one hash for all, and of long names one first word, too.
          key.hash = 7
          if key.isLong { key.first = 7 }
          let slot = unsafe table.find(key, text, owner: 0)
          #expect(slot < 0, "\(name) was taken for another")
          _ = unsafe table.insert(key, text, owner: 0)
        }
      }
      #expect(table.count == 3)
      #expect((0..<3).map { table.string($0) } == names)
    }
  }

  private func find(_ name: String, _ owner: UInt32, _ table: inout NameTable) -> Int {
    let bytes = padded(name)
    return unsafe bytes.withUnsafeBytes {
      let text = unsafe UnsafeRawBufferPointer(rebasing: $0[..<name.utf8.count])
      let key = unsafe table.key(text, owner: owner)
      let slot = unsafe table.find(key, text, owner: owner)
      #expect(unsafe table.findAmongMany(key, text, owner: owner) == slot)
      if slot >= 0 { #expect(table.has(key, owner: owner, at: slot) == !key.isLong) }
      return slot
    }
  }

  private func insert(_ name: String, _ owner: UInt32, _ table: inout NameTable) -> UInt32 {
    let bytes = padded(name)
    return unsafe bytes.withUnsafeBytes {
      let text = unsafe UnsafeRawBufferPointer(rebasing: $0[..<name.utf8.count])
      let slot = unsafe table.insert(table.key(text, owner: owner), text, owner: owner)
      return table.index(at: slot)
    }
  }

  private func withName(_ name: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    let bytes = padded(name)
    unsafe bytes.withUnsafeBytes {
      unsafe body(UnsafeRawBufferPointer(rebasing: $0[..<name.utf8.count]))
    }
  }

  /// The table reads whole words, up to 64 bytes past a name's end; what stands there must not matter.
  private func padded(_ name: String) -> [UInt8] {
    Array(name.utf8) + Array(repeating: 0xAA, count: 64)
  }
}
