import Testing

@testable import ThermoclineServer

@Suite struct RateLimiterTests {
  private let second: UInt64 = 1_000_000_000

  @Test func aBurstThenSoManyASecond() {
    let limiter = RateLimiter(perSecond: 5)
    var now: UInt64 = 1
    #expect((0..<100).count { _ in limiter.admits("a", now: now) } == 10)
    now += second
    #expect((0..<100).count { _ in limiter.admits("a", now: now) } == 5)
    // However long it is silent, never more than the burst.
    now += 1_000 * second
    #expect((0..<100).count { _ in limiter.admits("a", now: now) } == 10)
    // A clock that steps back gives nothing.
    #expect(!limiter.admits("a", now: 0))
  }

  @Test func oneClientDoesNotDisturbAnother() {
    let limiter = RateLimiter(perSecond: 1)
    #expect((0..<50).count { _ in limiter.admits("a", now: 0) } == 2)
    #expect(limiter.admits("b", now: 0))
  }

  @Test func strangersPastTheMaximumShareABucket() {
    let limiter = RateLimiter(perSecond: 1, clientsMax: 10)
    #expect((0..<10).allSatisfy { limiter.admits("client \($0)", now: 0) })
    #expect((10..<1_000).count { limiter.admits("client \($0)", now: 0) } == 2)
    // Their places come free when they are silent.
    #expect(limiter.admits("late", now: 3 * second))
    #expect(limiter.admits("later", now: 3 * second))
    #expect(limiter.admits("latest", now: 3 * second))
  }
}
