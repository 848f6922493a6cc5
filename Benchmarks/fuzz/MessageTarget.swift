/// Messages without headers; with several formats the first byte says which.
struct MessageTarget: Target {
  private let readings: [Reading]

  init(_ readings: [Reading]) { self.readings = readings }

  func run(_ input: UnsafeRawBufferPointer) {
    guard readings.count > 1 else { return readings[0].compare(input) }
    guard let first = input.first else { return }
    readings[Int(first) % readings.count].compare(.init(rebasing: input.dropFirst()))
  }
}
