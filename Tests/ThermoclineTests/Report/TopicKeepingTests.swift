import Testing
import ThermoclineCore

@testable import Thermocline

@Suite struct TopicKeepingTests {
  @Test(
    arguments: [
      (nil, TopicKeeping.unknown), ([:], .unknown), (["cleanup.policy": "delete"], .all),
      (["cleanup.policy": "compact"], .newest(after: .zero)),
      (
        ["cleanup.policy": "delete,compact", "min.compaction.lag.ms": "86400000"],
        .newest(after: .days(1))
      ),
      (
        ["cleanup.policy": "compact", "min.compaction.lag.ms": "9223372036854775807"],
        .newest(after: .days(36_525))
      ),
    ] as [([String: String]?, TopicKeeping)])
  func itFollowsFromTheSettings(settings: [String: String]?, wanted: TopicKeeping) {
    #expect(TopicKeeping(settings) == wanted)
  }

  @Test func onlyOldRecordsOfACompactedTopicMayLackNeighbours() {
    let now = EventTime(milliseconds: 10 * TimeSpan.days(1).milliseconds)
    let dayAndMore = now.milliseconds - TimeSpan.days(1).milliseconds - 1
    let kept = TopicKeeping.newest(after: .days(1))
    #expect(kept.mayLackNeighbours(writtenMilliseconds: dayAndMore, now: now))
    #expect(!kept.mayLackNeighbours(writtenMilliseconds: dayAndMore + 1, now: now))
    #expect(kept.mayLackNeighbours(writtenMilliseconds: nil, now: now))
    for all in [TopicKeeping.all, .unknown] {
      #expect(!all.mayLackNeighbours(writtenMilliseconds: 0, now: now))
    }
  }
}
