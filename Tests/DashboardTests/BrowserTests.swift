import Foundation
import Synchronization
import Testing
import ThermoclineTestKit

@testable import ThermoclineDashboard

/// Where the browser is; nil when it is not installed.
private let chromium = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .map { "\($0)/chromium" }.first { FileManager.default.isExecutableFile(atPath: $0) }

/// The pages in a real browser, with their script under the policy that the server sends.
@Suite(
  "Browser", .timeLimit(.minutes(2)),
  .enabled(if: chromium != nil, "no chromium on the PATH: skipped"))
struct BrowserTests {
  /// How often a page was made.
  private final class Visits: Sendable {
    let count = Mutex(0)

    var feed: @Sendable () -> FeedState {
      {
        self.count.withLock { $0 += 1 }
        return FeedState()
      }
    }
  }

  /// A browser with a page open.
  private func browser(_ address: String, _ folder: TemporaryFolder) throws -> Process {
    let process = Process()
    process.executableURL = URL(filePath: chromium!)
    // Without its sandbox, for tests may run as root; it sees nothing but our own pages.
    process.arguments = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
      "--remote-debugging-port=0", address,
    ]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  @Test func anOpenPageIsFetchedAgainWhenSomethingChanged() async throws {
    let folder = try TemporaryFolder()
    let hub = LiveHub()
    let visits = Visits()
    let store = try HistoryStore(path: nil, log: quiet, now: today)
    var messages = Messages()
    messages.add(score("</title><script>location='/gone'</script>", 30))
    _ = try store.apply(messages.records)
    try await serving(store, hub: hub, feed: visits.feed) { port async throws in
      let browser = try browser("http://127.0.0.1:\(port)/", folder)
      defer { browser.terminate() }
      while hub.readersCount == 0 { try await Task.sleep(for: .milliseconds(20)) }
      #expect(visits.count.withLock { $0 } == 1)
      var change = HistoryChange()
      change.accounts = ["a"]
      for visit in 2...3 {
        hub.publish(change)
        while visits.count.withLock({ $0 }) < visit { try await Task.sleep(for: .milliseconds(20)) }
      }
      // A page that was loaded again would have listened anew, to hear of the second change.
      #expect(hub.joinsCount == 1, "the page was renewed, not loaded again")
    }
  }
}
