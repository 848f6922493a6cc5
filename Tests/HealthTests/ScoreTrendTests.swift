import Testing
import ThermoclineCore

@testable import ThermoclineHealth

@Suite struct ScoreTrendTests {
  /// A straight line has its own slope, and a day's later final score replaces the earlier.
  @Test func trendIsTheSlopeOfDailyScores() throws {
    var trend = ScoreTrend()
    for n in 0..<10 { trend.remember(Points(50 - 1.5 * Double(n)), at: day(n), most: 7) }
    var count = trend.daily.count
    let fitted = trend.slope(7)
    let slope = try #require(fitted)
    #expect(count == 7)
    #expect(abs(slope + 1.5) < 1e-9)
    trend.remember(Points(90), at: day(9) + .hours(5), most: 7)
    count = trend.daily.count
    let last = trend.daily[6].score
    #expect(count == 7 && last == 900_000)
    trend.clear()
    let none = trend.slope(7)
    #expect(none == nil)
  }
}
