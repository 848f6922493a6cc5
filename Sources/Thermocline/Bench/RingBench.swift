internal import ThermoclineEngine

/// A push and a pop of the pipeline's ring: on one thread, and from one thread to another.
package struct RingBench: Sendable {
  package var elements: Int
  package var capacity: Int

  package init(elements: Int = 20_000_000, capacity: Int = 16) {
    self.elements = elements
    self.capacity = capacity
  }

  package struct Result: BenchResult {
    package var elements: Int
    package var capacity: Int
    package var oneThreadNanoseconds: Double
    package var twoThreadsNanoseconds: Double
    /// Whether every element came out once and in order.
    package var isComplete: Bool

    package let name = "rings"

    package var figures: [BenchFigure] {
      [
        BenchFigure("elements", .count(elements)),
        BenchFigure("capacity", .count(capacity)),
        BenchFigure("oneThreadNanoseconds", .number(oneThreadNanoseconds), "ns a push and pop"),
        BenchFigure("twoThreadsNanoseconds", .number(twoThreadsNanoseconds), "ns a push and pop"),
        BenchFigure("complete", .text(isComplete ? "yes" : "no")),
      ]
    }
  }

  package func run() -> Result {
    let (alone, aloneComplete) = onOneThread()
    let (across, acrossComplete) = acrossThreads()
    return Result(
      elements: elements, capacity: capacity, oneThreadNanoseconds: alone,
      twoThreadsNanoseconds: across, isComplete: aloneComplete && acrossComplete)
  }

  private func onOneThread() -> (Double, Bool) {
    let ring = Ring<Int>(capacity: capacity)
    let start = monotonicNanoseconds()
    var isComplete = true
    for i in 0..<elements {
      isComplete = ring.push(i) && isComplete
      isComplete = ring.pop() == i && isComplete
    }
    return (Double(monotonicNanoseconds() - start) / Double(elements), isComplete)
  }

  private func acrossThreads() -> (Double, Bool) {
    let ring = Ring<Int>(capacity: capacity)
    let elements = elements
    let start = monotonicNanoseconds()
    let pusher = OwnThread {
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
    return (Double(monotonicNanoseconds() - start) / Double(elements), isComplete)
  }
}
