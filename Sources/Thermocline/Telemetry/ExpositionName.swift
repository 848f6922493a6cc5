/// A metric as its page needs it.
package protocol ExpositionName: Hashable, Sendable, RawRepresentable<String> {
  var kind: MetricName.Kind { get }
  /// The labels' names, in the order in which their values are given.
  var labels: [String] { get }
  /// One sentence for whoever finds the name.
  var help: String { get }
}

extension MetricName: ExpositionName {}
