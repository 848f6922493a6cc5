import Foundation
import Testing
import ThermoclineEngine

@Suite(.timeLimit(.minutes(5))) struct RingTests {
  @Test("two threads: every element once, in order, never more than fit", arguments: [1, 2, 3, 16])
  func litmus(capacity: Int) {
    let ring = Ring<Int>(capacity: capacity)
    let count = 250_000
    let pusher = OwnThread("pusher") {
      for element in 0..<count {
        while !ring.push(element) { sched_yield() }
        precondition(ring.count <= capacity)
      }
    }
    var expected = 0
    var mostSeen = 0
    while expected < count {
      guard let element = ring.pop() else {
        sched_yield()
        continue
      }
      guard element == expected else {
        Issue.record("element \(element) came where \(expected) was due")
        break
      }
      expected += 1
      mostSeen = max(mostSeen, ring.count)
    }
    pusher.join()
    #expect(ring.pop() == nil)
    #expect(mostSeen <= capacity)
  }

  @Test(
    "the same inside the ring's own module, where the thread sanitizer sees the slots",
    arguments: [1, 2, 16])
  func passage(capacity: Int) {
    #expect(RingPassage(elements: 20_000, capacity: capacity).acrossThreads())
    #expect(RingPassage(elements: 1_000, capacity: capacity).onOneThread())
  }

  @Test("elements of a class are neither lost nor kept", arguments: [1, 2, 16])
  func references(capacity: Int) {
    let ring = Ring<Token>(capacity: capacity)
    weak var last: Token?
    for round in 0..<(3 * capacity) {
      let token = Token(round)
      last = token
      #expect(ring.push(token))
      #expect(ring.pop()?.number == round)
    }
    #expect(last == nil, "a popped element is not kept by its slot")
    var kept: Ring<Token>? = Ring<Token>(capacity: capacity)
    do {
      let token = Token(0)
      last = token
      #expect(kept?.push(token) == true)
    }
    #expect(last != nil)
    kept = nil
    #expect(last == nil, "the ring frees what it holds")
  }

  @Test("full and empty are told at each fill, over several turns", arguments: 1...5)
  func bounds(capacity: Int) {
    let ring = Ring<Int>(capacity: capacity)
    var next = 0
    for fill in 0...capacity {
      for _ in 0..<fill {
        #expect(ring.push(next))
        next += 1
      }
      #expect(ring.count == fill)
      if fill == capacity { #expect(!ring.push(-1)) }
      for i in 0..<fill { #expect(ring.pop() == next - fill + i) }
      #expect(ring.pop() == nil)
    }
  }
}

private final class Token: Sendable {
  let number: Int
  init(_ number: Int) { self.number = number }
}
