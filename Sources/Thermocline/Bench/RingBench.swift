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
    let passage = RingPassage(elements: elements, capacity: capacity)
    let start = monotonicNanoseconds()
    let aloneComplete = passage.onOneThread()
    let middle = monotonicNanoseconds()
    let acrossComplete = passage.acrossThreads()
    let end = monotonicNanoseconds()
    return Result(
      elements: elements, capacity: capacity,
      oneThreadNanoseconds: Double(middle - start) / Double(elements),
      twoThreadsNanoseconds: Double(end - middle) / Double(elements),
      isComplete: aloneComplete && acrossComplete)
  }
}
