import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineHealth

@Suite struct DropCauseTests {
  private func chain(_ audience: Double, _ sessions: Double, _ calls: Double) -> DropCause.Chain {
    DropCause.Chain(audience: audience, sessions: sessions, calls: calls)
  }

  private func cause(
    _ before: DropCause.Chain, _ now: DropCause.Chain, peers: Double = 1
  ) -> DropCause? { DropCause(from: before, to: now, peers: peers) }

  /// Worked by hand: L(300, 600) = 300 ÷ ln 2; users fall to 80 %, sessions of each to 75 %, calls of
  /// a session to 5 ÷ 6.
  @Test func partsOfAKnownFall() throws {
    let found = try #require(cause(chain(100, 200, 600), chain(80, 120, 300)))
    let mean = 300 / 0.693_147_180_559_945_3
    #expect(abs(found.audience - mean * -0.223_143_551_314_209_7) < 1e-9)
    #expect(abs(found.sessionsPerUser - mean * -0.287_682_072_451_780_9) < 1e-9)
    #expect(abs(found.callsPerSession - mean * -0.182_321_556_793_954_6) < 1e-9)
    #expect(found.verdict == .businessShrank)
  }

  @Test(arguments: 1...3)
  func partsAddUpToTheFall(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let before = chain(
        Double.random(in: 1...1e4, using: &random), Double.random(in: 1...1e5, using: &random),
        Double.random(in: 10...1e6, using: &random))
      let now = chain(
        Double.random(in: 1...1e4, using: &random), Double.random(in: 1...1e5, using: &random),
        before.calls * Double.random(in: 1e-6..<1, using: &random))
      let found = try #require(cause(before, now))
      let sum = found.audience + found.sessionsPerUser + found.callsPerSession
      let scale = max(abs(found.audience), abs(found.sessionsPerUser), abs(found.callsPerSession))
      #expect(abs(sum - (now.calls - before.calls)) <= 1e-12 * scale + 1e-9, "seed \(seed)")
    }
  }

  /// As a factor goes to zero its part goes to the whole fall (Ang 2005).
  @Test func zerosAreTheLimits() throws {
    let before = chain(50, 100, 400)
    let nobody = try #require(cause(before, chain(0, 0, 0)))
    #expect(nobody.audience == -400 && nobody.sessionsPerUser == 0 && nobody.callsPerSession == 0)
    let idle = try #require(cause(before, chain(50, 0, 0)))
    #expect(idle.sessionsPerUser == -400 && idle.audience == 0)
    let refused = try #require(cause(before, chain(50, 100, 0)))
    #expect(refused.callsPerSession == -400 && refused.verdict == .turnedAway)
    let nearly = try #require(cause(before, chain(50, 100, 1e-200)))
    #expect(abs(nearly.callsPerSession - refused.callsPerSession) < 1e-6)
    let hardly = try #require(cause(before, chain(50, 100, 400 - 1e-9)))
    #expect(abs(hardly.callsPerSession + 1e-9) < 1e-12)
  }

  @Test func aBrokenChainHasNoCause() {
    #expect(cause(chain(50, 100, 400), chain(50, 0, 10)) == nil)
    #expect(cause(chain(50, 100, 400), chain(0, 10, 10)) == nil)
    #expect(cause(chain(0, 100, 400), chain(50, 100, 10)) == nil)
    #expect(cause(chain(50, 100, 0), chain(50, 100, 0)) == nil)
    #expect(cause(chain(50, 100, 400), chain(50, 100, 400)) == nil)
  }

  @Test func whatThePeersHaveTooIsTheirs() throws {
    // Expected 400 of which the peers' fall left 200; 120 came: 0.5 of a fall of 0.7.
    let found = try #require(cause(chain(25, 50, 200), chain(15, 30, 120), peers: 0.5))
    #expect(found.verdict == .peersFellToo)
  }
}
