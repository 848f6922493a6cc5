package import ThermoclineCore

extension MeasureReading {
  /// Nothing is known of it and nothing changed by that: only its name is written.
  package var isAbsent: Bool { value == nil && subscore == nil && change == .zero }

  /// A measure of which only the name was written.
  package init(absent name: String) {
    self.init(
      name: name, dimension: "", value: nil, expected: nil, subscore: nil, weight: 0,
      contribution: .zero, change: .zero)
  }
}
