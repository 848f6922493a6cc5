/// An implementation that is fuzzed. What serves several formats is one target, the format being told by the
/// input's first byte, so that one run covers all of them.
protocol Target {
  func run(_ input: UnsafeRawBufferPointer)

  /// Inputs to begin with, where they are no files.
  var seeds: [[UInt8]] { get }
}

extension Target {
  var seeds: [[UInt8]] { [] }
}

/// Ends the run when something does not hold; unlike `precondition` it says what in an optimised build, too.
func require(
  _ holds: Bool, _ message: @autoclosure () -> String = "a requirement", file: StaticString = #file,
  line: UInt = #line
) {
  guard !holds else { return }
  fatalError("\(file):\(line): \(message())")
}
