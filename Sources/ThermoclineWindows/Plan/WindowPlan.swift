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
  /// Features that a filter tells from others, sorted.
  let features: [String]
  /// Whose events are counted one by one, pane by pane.
  package let tallies: Tallies

  /// Most slides that one window and its shift may span.
  public static let panesMax = 65_000
  public static let quantitiesMax = 256
  /// Most columns of a slide: a log names one in a byte.
  static let columnsMax = 256

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
    /// Quantities that are computed from the panes of their window instead of kept up to date.
    var scans: [Scan] = []
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
    /// `lastTime`: milliseconds from the pane's start, and 1, so that 0 is a pane without an event.
    enum Content: Sendable { case count, sum, lastTime, lastValue }

    let filter: EventFilter
    let content: Content

    var isInMillionths: Bool { content == .sum || content == .lastValue }
    /// Whether events are added to it.
    var isSummed: Bool { content == .count || content == .sum }
  }

  struct Dimension: Hashable, Sendable {
    let filter: EventFilter
    let isFeature: Bool
  }

  var cursorsPerAccount: Int {
    levels.last.map { $0.cursorBase + $0.cursorsCount } ?? 0
  }

  /// `retention`: how long panes are kept after they left the last window, so that windows that were final then can be
  /// computed again (`WindowStore.pastReading`). `tallies`: whose events are counted one by one, for
  /// `WindowStore.readEntityDays`; there must be a distinct count of all users, or of all features, for as long as the
  /// longest of those windows they are kept.
  package init(
    _ quantities: [WindowedQuantity], retention: TimeSpan = .zero, tallies: Tallies
  ) throws(WindowPlanError) {
    try Self.check(quantities, retention)
    self.quantities = quantities
    self.tallies = tallies
    var dimensions: [Dimension] = []
    for q in quantities {
      if let d = q.dimension, !dimensions.contains(d) { dimensions.append(d) }
    }
    self.dimensions = dimensions
    features = Set(quantities.flatMap(\.filter.features)).filter {
      (1...Limits.nameBytesMax).contains($0.utf8.count)
    }.sorted()
    var levels: [Level] = []
    var cursorBase = 0
    for slide in Set(quantities.map(\.slide)).sorted() {
      let level = Self.level(slide, quantities, dimensions, cursorBase, retention)
      guard level.columns.count <= Self.columnsMax else {
        throw .tooMany(max: Self.quantitiesMax)
      }
      cursorBase += level.cursorsCount
      levels.append(level)
    }
    self.levels = levels
  }

  /// The same without tallies.
  public init(
    _ quantities: [WindowedQuantity], retention: TimeSpan = .zero
  ) throws(WindowPlanError) {
    try self.init(quantities, retention: retention, tallies: [])
  }

  private static func check(
    _ quantities: [WindowedQuantity], _ retention: TimeSpan
  ) throws(WindowPlanError) {
    guard !quantities.isEmpty else { throw .noQuantities }
    guard quantities.count <= quantitiesMax else { throw .tooMany(max: quantitiesMax) }
    var slideOf: [Dimension: TimeSpan] = [:]
    for (i, q) in quantities.enumerated() {
      let s = q.slide.milliseconds
      guard s > 0, q.length.milliseconds > 0, q.shift.milliseconds >= 0,
        q.length.milliseconds % s == 0, q.shift.milliseconds % s == 0
      else { throw .notMultiple(quantity: i) }
      let kept = q.length.milliseconds + q.shift.milliseconds + max(0, retention.milliseconds)
      guard (kept + s - 1) / s <= Int64(panesMax) else {
        throw .tooLong(quantity: i, panesMax: panesMax)
      }
      if let halfLife = q.halfLife, halfLife <= .zero { throw .noHalfLife(quantity: i) }
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
    _ cursorBase: Int, _ retention: TimeSpan
  ) -> Level {
    var level = Level(slide: slide)
    level.cursorBase = cursorBase
    let mine = quantities.enumerated().filter { $0.element.slide == slide }
    for (_, q) in mine where q.columns.contains(where: { !level.columns.contains($0) }) {
      level.columns += q.columns
    }
    level.cells = boundaries(
      mine.map(\.element).filter { !$0.columns.isEmpty }, level.columns.count)
    level.entities = boundaries(
      mine.map(\.element).filter { $0.dimension != nil }, dimensions.count)
    level.distinctLeaving = level.entities.steps.map { $0.map { _ in [] } }
    level.distinct = Array(repeating: [], count: dimensions.count)
    for (i, q) in mine {
      if let scan = Scan(i, q, level.columns, ages: level.cells.ages) {
        level.scans.append(scan)
        continue
      }
      let (enters, leaves) = (
        Step(quantity: i, sign: 1, presence: q.aggregate == .activePanes),
        Step(quantity: i, sign: -1, presence: q.aggregate == .activePanes)
      )
      if let column = q.columns.first.map({ level.columns.firstIndex(of: $0)! }) {
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
    if retention > .zero { level.retain(for: retention) }
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

  /// What it needs of its panes; a newest time is followed by its value.
  var columns: [WindowPlan.Column] {
    let contents: [WindowPlan.Column.Content] =
      switch aggregate {
      case .count, .activePanes, .decayedCount: [.count]
      case .sum, .decayedSum: [.sum]
      case .last: [.lastTime, .lastValue]
      case .distinctUsers, .distinctFeatures, .userPanes: []
      }
    return contents.map { WindowPlan.Column(filter: filter, content: $0) }
  }

  var dimension: WindowPlan.Dimension? {
    switch aggregate {
    case .distinctUsers, .userPanes: WindowPlan.Dimension(filter: filter, isFeature: false)
    case .distinctFeatures: WindowPlan.Dimension(filter: filter, isFeature: true)
    case .count, .activePanes, .sum, .decayedCount, .decayedSum, .last: nil
    }
  }
}
