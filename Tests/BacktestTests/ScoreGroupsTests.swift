import Testing

@testable import ThermoclineBacktest

@Suite struct ScoreGroupsTests {
  @Test func groupsHaveEqualSizesWithoutTies() {
    let scores = (0..<50).map { Double(($0 * 37) % 50) }
    let places = ScoreGroups.places(scores, count: 10)
    for group in 0..<10 {
      #expect(places.count { $0 == group } == 5)
    }
    for (score, place) in zip(scores, places) { #expect(place == Int(score) / 5) }
  }

  @Test func equalScoresStayTogether() {
    let places = ScoreGroups.places([1, 1, 1, 1, 1, 1, 1, 5, 6, 7], count: 10)
    #expect(places == [3, 3, 3, 3, 3, 3, 3, 7, 8, 9])
    #expect(ScoreGroups.places([], count: 10) == [])
  }
}
