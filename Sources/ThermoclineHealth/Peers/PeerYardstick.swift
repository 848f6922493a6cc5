/// What an account is measured by: how a measure is distributed in the narrowest of its peer groups that is large
/// enough.
package final class PeerYardstick: Sendable {
  package let group: Segment
  /// How the group is called.
  package let groupName: String
  /// Accounts of the group that have the measure.
  package let accounts: Int
  /// Partitions that stood still and are counted with the last day they told.
  package let standIns: Int
  /// To within the accuracy of the sketch.
  package let median: Double
  let sketch: SortedSketch

  init(_ group: Segment, _ sketch: QuantileSketch, standIns: Int) {
    self.group = group
    groupName = group.name
    self.standIns = standIns
    self.sketch = SortedSketch(sketch)
    accounts = sketch.count
    median = self.sketch.quantile(0.5) ?? 0
  }

  /// Share of the group below a value, and half of those like it, 0…100.
  package func percentile(of value: Double) -> Double { sketch.percentile(of: value) }
}
