/// Sends numbers through a ring and says whether all came out, once and in order. Stands here because only its own
/// module knows the ring's insides at compile time, as the pipeline does.
package struct RingPassage: Sendable {
  package var elements: Int
  package var capacity: Int

  package init(elements: Int, capacity: Int) {
    self.elements = elements
    self.capacity = capacity
  }

  /// Each number is pushed and popped by the calling thread.
  package func onOneThread() -> Bool {
    let ring = Ring<Int>(capacity: capacity)
    for i in 0..<elements {
      guard ring.push(i), ring.pop() == i else { return false }
    }
    return true
  }

  /// Another thread pushes, the calling one pops; both spin.
  package func acrossThreads() -> Bool {
    let ring = Ring<Int>(capacity: capacity)
    let elements = elements
    let pusher = OwnThread("pusher") {
      for i in 0..<elements { while !ring.push(i) {} }
    }
    var isComplete = true
    var next = 0
    while next < elements {
      guard let element = ring.pop() else { continue }
      isComplete = element == next && isComplete
      next += 1
    }
    pusher.join()
    return isComplete
  }
}
