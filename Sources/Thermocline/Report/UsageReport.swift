internal import ThermoclineCore

/// What one customer is told of its use: its own figures, and the medians of similar customers, of whom nothing else is said.
struct UsageReport {
  /// Use of one feature, summed over the whole four weeks of the period.
  struct Feature: Equatable {
    var name: String
    var actions: Int
    var days: Int
    /// Of the days with it whose time for a result is over, the share with one; nil without such a day.
    var conversion: Double?
  }

  /// A feature that others use.
  struct Suggestion: Equatable {
    var name: String
    /// Of the similar customers, 0…1.
    var share: Double
  }

  /// Four weeks of use; nil = nothing was known yet.
  struct Block {
    var end: EventTime
    var usage: AccountUsage?
    var features: Int
  }

  struct Comparison {
    enum Kind: Equatable { case count, percent }
    var what: String
    var kind = Kind.count
    var own: Double?
    var median: Double?
  }

  struct Week {
    var end: EventTime
    var people: Int?
    var median: Double?
  }

  var account: String
  var period: ReportPeriod
  /// The last midnight there are figures of: the end of the period, or of the data.
  var end: EventTime
  /// What was before it is not told, for records of it may be gone; nil = all of the period is told.
  var toldFrom: EventTime?
  /// Oldest first; the last one ends at `end`.
  var blocks: [Block]
  /// The four weeks up to the beginning of the period, where something is known of them.
  var before: Block?
  var weeks: [Week]
  /// Most used first.
  var features: [Feature]
  /// nil = the list of the account's features, or the period, is not whole, so nothing can be said of what is not on it.
  var suggestions: [Suggestion]?
  var comparisons: [Comparison]
  /// Similar customers; 0 = too few to compare with.
  var peers: Int
  /// Whether they are of the same tier, or just all the others.
  var arePeersSimilar: Bool

  /// The last four weeks.
  var last: Block { blocks[blocks.count - 1] }

  /// The whole four weeks whose figures are told.
  var toldBlocks: [Block] { blocks.filter { $0.end >= toldFrom ?? .distantPast } }

  /// What the four weeks are compared with: those up to the beginning, else the first.
  var first: Block? {
    if let before, before.usage != nil { return before }
    let told = toldBlocks
    return told.count > 1 && told[0].usage != nil ? told[0] : nil
  }
}
