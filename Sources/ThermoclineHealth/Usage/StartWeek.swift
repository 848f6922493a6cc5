/// The weeks by which users are told apart by when they came: from Monday to Sunday, UTC.
enum StartWeek {
  /// Weeks whose users are published, the newest the last one that is over.
  static let published = 12
  /// With the one under way. The last horizon of a week is decided in the tenth week after it.
  static let kept = published + 1

  /// Number of the week that a day is in; days since 1970-01-01, which was a Thursday.
  static func of(day: Int32) -> Int32 { (day + 3) / 7 }

  /// Its Monday, in days since 1970-01-01.
  static func start(_ week: Int32) -> Int32 { 7 * week - 3 }

  /// The weeks that are published at a midnight, which begins a day.
  static func published(at today: Int32) -> Range<Int32> {
    let now = of(day: today)
    return now - Int32(published)..<now
  }

  /// Whether all who came in a week have had their time at a midnight: so many days, and the seven after.
  static func isDecided(_ week: Int32, after horizon: Int, at today: Int32) -> Bool {
    start(week) + 6 + Int32(horizon) + 7 <= today
  }
}
