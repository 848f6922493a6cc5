import ThermoclineCore

/// A list of quantities, arranged for the store.
///
/// All quantities of one slide share one list of *panes* an account. A window `[E − shift − length, E − shift)`
/// is entered by a pane when its age passes `shift` and left when it passes `shift + length`; those ages
/// are the *boundaries* of the slide, shared by all its windows (a baseline begins where the window before it
/// ends). A pane that crosses a boundary is added to or subtracted from the totals there, so an
/// event costs the same whatever length ÷ slide is. What panes count (cells) and whom they saw (entities) are kept for
/// different times, so each has boundaries of its own.
public struct WindowPlan: Sendable {
  public let quantities: [WindowedQuantity]
  /// Smallest slide first; each divides the next.
  let levels: [Level]
  let dimensions: [Dimension]

  /// Most slides that one window and its shift may span.
  public static let panesMax = 65_000
  public static let quantitiesMax = 256

  struct Level: Sendable {
    let slide: TimeSpan
    /// What its panes count: one cell for each.
    var columns: [Column] = []
    /// What cells do at the boundaries that windows of columns have.
    var cells = Boundaries()
    /// What users and features do at the boundaries that windows of dimensions have.
    var entities = Boundaries()
    /// For each entity boundary and dimension: the distinct counts that lose their last entities here.
    var distinctLeaving: [[[Int]]] = []
    /// For each dimension kept at this level: its distinct counts, (quantity, length in panes).
    var distinct: [[(quantity: Int, panes: Int64)]] = []
    /// Where this level's cursors start in an account's row.
    var cursorBase = 0

    /// First and last open pane, then each log's cursors.
    var cursorsCount: Int { 2 + cells.cursorsCount + entities.cursorsCount }
    /// Slides after which nothing of a pane is left.
    var ageMax: Int64 { max(cells.ages.last!, entities.ages.last!) }
  }

  struct Boundaries: Sendable {
    /// In slides, ascending; the first is 0 (the pane closes), the last drops what the log holds of the pane.
    var ages: [Int64] = [0]
    /// For each boundary and column or dimension: what to do.
    var steps: [[[Step]]] = []

    /// The log's end and its newest pane, then place and pane of each boundary but the first.
    var cursorsCount: Int { 2 * ages.count }
  }

  struct Step: Sendable {
    let quantity: Int
    /// +1 enters, −1 leaves.
    let sign: Int64
    /// Counts a cell as 1, whatever its value.
    let presence: Bool
  }

  struct Column: Hashable, Sendable {
    let filter: EventFilter
    let isSum: Bool
  }

  struct Dimension: Hashable, Sendable {
    let filter: EventFilter
    let isFeature: Bool
  }

  var cursorsPerAccount: Int {
    levels.last.map { $0.cursorBase + $0.cursorsCount } ?? 0
  }

  public init(_ quantities: [WindowedQuantity]) throws(WindowPlanError) {
    try Self.check(quantities)
    self.quantities = quantities
    var dimensions: [Dimension] = []
    for q in quantities {
      if let d = q.dimension, !dimensions.contains(d) { dimensions.append(d) }
    }
    self.dimensions = dimensions
    var levels: [Level] = []
    var cursorBase = 0
    for slide in Set(quantities.map(\.slide)).sorted() {
      let level = Self.level(slide, quantities, dimensions, cursorBase)
      cursorBase += level.cursorsCount
      levels.append(level)
    }
    self.levels = levels
  }

  private static func check(_ quantities: [WindowedQuantity]) throws(WindowPlanError) {
    guard !quantities.isEmpty else { throw .noQuantities }
    guard quantities.count <= quantitiesMax else { throw .tooMany(max: quantitiesMax) }
    var slideOf: [Dimension: TimeSpan] = [:]
    for (i, q) in quantities.enumerated() {
      let s = q.slide.milliseconds
      guard s > 0, q.length.milliseconds > 0, q.shift.milliseconds >= 0,
        q.length.milliseconds % s == 0, q.shift.milliseconds % s == 0
      else { throw .notMultiple(quantity: i) }
      guard (q.length.milliseconds + q.shift.milliseconds) / s <= Int64(panesMax) else {
        throw .tooLong(quantity: i, panesMax: panesMax)
      }
      guard let dimension = q.dimension else { continue }
      if q.isDistinct, q.shift != .zero { throw .distinctInThePast(quantity: i) }
      guard slideOf.updateValue(q.slide, forKey: dimension) ?? q.slide == q.slide else {
        throw .distinctSlidesDiffer(quantity: i)
      }
    }
    let slides = Set(quantities.map(\.slide.milliseconds)).sorted()
    for (small, large) in zip(slides, slides.dropFirst()) where large % small != 0 {
      throw .slidesNotNested
    }
  }

  private static func level(
    _ slide: TimeSpan, _ quantities: [WindowedQuantity], _ dimensions: [Dimension],
    _ cursorBase: Int
  ) -> Level {
    var level = Level(slide: slide)
    level.cursorBase = cursorBase
    let mine = quantities.enumerated().filter { $0.element.slide == slide }
    for column in mine.compactMap(\.element.column) where !level.columns.contains(column) {
      level.columns.append(column)
    }
    level.cells = boundaries(mine.map(\.element).filter { $0.column != nil }, level.columns.count)
    level.entities = boundaries(
      mine.map(\.element).filter { $0.dimension != nil }, dimensions.count)
    level.distinctLeaving = level.entities.steps.map { $0.map { _ in [] } }
    level.distinct = Array(repeating: [], count: dimensions.count)
    for (i, q) in mine {
      let (enters, leaves) = (
        Step(quantity: i, sign: 1, presence: q.aggregate == .activePanes),
        Step(quantity: i, sign: -1, presence: q.aggregate == .activePanes)
      )
      if let column = q.column.map({ level.columns.firstIndex(of: $0)! }) {
        level.cells.steps[level.cells.ages.firstIndex(of: q.enterAge)!][column].append(enters)
        level.cells.steps[level.cells.ages.firstIndex(of: q.leaveAge)!][column].append(leaves)
      }
      guard let d = q.dimension.map({ dimensions.firstIndex(of: $0)! }) else { continue }
      let enter = level.entities.ages.firstIndex(of: q.enterAge)!
      let leave = level.entities.ages.firstIndex(of: q.leaveAge)!
      if q.aggregate == .userPanes {
        level.entities.steps[enter][d].append(enters)
        level.entities.steps[leave][d].append(leaves)
      } else {
        level.distinct[d].append((i, q.length.milliseconds / slide.milliseconds))
        level.distinctLeaving[leave][d].append(i)
      }
    }
    return level
  }

  private static func boundaries(_ quantities: [WindowedQuantity], _ items: Int) -> Boundaries {
    var boundaries = Boundaries()
    let ages = quantities.flatMap { [$0.enterAge, $0.leaveAge] }
    boundaries.ages = Set(ages).union([0]).sorted()
    boundaries.steps = boundaries.ages.map { _ in Array(repeating: [], count: items) }
    return boundaries
  }
}

extension WindowedQuantity {
  var isDistinct: Bool { aggregate == .distinctUsers || aggregate == .distinctFeatures }

  /// Age in slides past which a pane belongs to the window.
  var enterAge: Int64 { shift.milliseconds / slide.milliseconds }
  /// Age in slides past which it no longer does.
  var leaveAge: Int64 { (shift.milliseconds + length.milliseconds) / slide.milliseconds }

  var column: WindowPlan.Column? {
    switch aggregate {
    case .count, .activePanes: WindowPlan.Column(filter: filter, isSum: false)
    case .sum: WindowPlan.Column(filter: filter, isSum: true)
    case .distinctUsers, .distinctFeatures, .userPanes: nil
    }
  }

  var dimension: WindowPlan.Dimension? {
    switch aggregate {
    case .distinctUsers, .userPanes: WindowPlan.Dimension(filter: filter, isFeature: false)
    case .distinctFeatures: WindowPlan.Dimension(filter: filter, isFeature: true)
    case .count, .activePanes, .sum: nil
    }
  }
}
