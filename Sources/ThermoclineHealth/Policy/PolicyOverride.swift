/// What a policy says otherwise for the accounts of some segments. Where several hold, later ones win.
///
/// Weights and curves may differ, not what is measured: all segments share the same windows.
package struct PolicyOverride: Sendable, Equatable {
  /// Whom it is for.
  package var when: SegmentCondition
  /// Weights in place of those of the dimensions of these names.
  package var dimensions: [Dimension]
  /// In the policy's words, only what differs.
  package var measures: [MeasureOverride]
  /// Cuts in place of those of the bands of these names.
  package var bands: [Band]
  /// nil = as elsewhere, here and below.
  package var bandHysteresis: Double?
  package var axisThreshold: Double?
  package var axisDeadBand: Double?
  package var coverageMin: Double?

  package init(
    when: SegmentCondition, dimensions: [Dimension] = [], measures: [MeasureOverride] = [],
    bands: [Band] = [], bandHysteresis: Double? = nil, axisThreshold: Double? = nil,
    axisDeadBand: Double? = nil, coverageMin: Double? = nil
  ) {
    self.when = when
    self.dimensions = dimensions
    self.measures = measures
    self.bands = bands
    self.bandHysteresis = bandHysteresis
    self.axisThreshold = axisThreshold
    self.axisDeadBand = axisDeadBand
    self.coverageMin = coverageMin
  }
}

/// What an override says of one measure.
package struct MeasureOverride: Sendable, Equatable {
  package var name: String
  /// Weight within dimension and axis. nil = as elsewhere; 0 = the measure has no say.
  package var weight: Double?
  /// Weight within its axis; nil = `weight`, and as elsewhere without one.
  package var axisWeight: Double?
  /// nil = as elsewhere. Of the same normalisation as the measure's own.
  package var points: ControlPoints?

  package init(
    _ name: String, weight: Double? = nil, axisWeight: Double? = nil, points: ControlPoints? = nil
  ) {
    self.name = name
    self.weight = weight
    self.axisWeight = axisWeight
    self.points = points
  }
}
