import Testing
import ThermoclineServer
import ThermoclineTestKit

@testable import ThermoclineDashboard

@Suite("Live updates", .timeLimit(.minutes(2)))
struct LiveHubTests {
  private func change(_ accounts: Int) -> HistoryChange {
    var change = HistoryChange()
    for number in 0..<accounts { change.accounts.insert("account-\(number)") }
    return change
  }

  @Test func aReaderHearsWhatChanged() async throws {
    let hub = LiveHub()
    let reader = try #require(hub.join())
    hub.publish(HistoryChange())
    hub.publish(change(2))
    hub.publish(change(LiveHub.accountsMax + 1))
    hub.close()
    var heard: [String] = []
    for await message in reader.messages { heard.append(message) }
    #expect(heard.count == 2, "nothing changed, nothing said")
    #expect(
      heard[0]
        == "event: change\ndata: {\"accounts\":2,\"names\":[\"account-0\",\"account-1\"],\"alerts\":0,\"segments\":0}\n\n"
    )
    #expect(heard[1].contains("\"accounts\":201,\"names\":[]"))
  }

  @Test func aSlowReaderIsCutAndTheOthersAreNot() async throws {
    let hub = LiveHub()
    let slow = try #require(hub.join())
    let fast = try #require(hub.join())
    var next = fast.messages.makeAsyncIterator()
    for _ in 0...LiveHub.waitingMax {
      hub.publish(change(1))
      #expect(await next.next() != nil)
    }
    #expect(hub.readersCount == 1)
    var count = 0
    for await _ in slow.messages { count += 1 }
    #expect(count == LiveHub.waitingMax)
  }

  @Test func thereIsAMostOfReaders() throws {
    let hub = LiveHub()
    let readers = (0..<LiveHub.readersMax).compactMap { _ in hub.join() }
    #expect(readers.count == LiveHub.readersMax && hub.join() == nil && !hub.hasRoom)
    hub.leave(readers[0])
    #expect(hub.join() != nil)
  }

  @Test func aBrowserThatNeverReadsIsCut() async throws {
    let hub = LiveHub()
    var limits = ServerLimits()
    limits.stallMilliseconds = 100
    let store = try HistoryStore(path: nil, log: quiet, now: today)
    try await serving(store, hub: hub, limits: limits) { port async throws in
      try await TestClient.neverReading(port, "GET /api/v1/stream") {
        while hub.readersCount == 0 { await Task.yield() }
        // More than the sockets hold.
        while hub.readersCount > 0 {
          hub.publish(change(LiveHub.accountsMax))
          try await Task.sleep(for: .milliseconds(1))
        }
      }
      #expect(try await get(port, "/livez").status == 200)
    }
  }

  @Test func aPageThatIsClosedIsForgotten() async throws {
    let hub = LiveHub()
    let store = try HistoryStore(path: nil, log: quiet, now: today)
    try await serving(store, hub: hub) { port async throws in
      _ = try await TestClient.stream(port, "/api/v1/stream", from: "retry", until: "retry") {}
      while hub.readersCount > 0 {
        hub.publish(change(1))
        try await Task.sleep(for: .milliseconds(5))
      }
      let head = try await TestClient.request(port, "HEAD /api/v1/stream")
      #expect(head.status == 200 && hub.readersCount == 0)
    }
  }
}
