import Foundation
import Synchronization
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineDashboard

@Suite("What people say of alerts")
struct AlertFormTests {
  /// What was sent.
  private final class Sent: Sendable {
    let controls = Mutex<[AlertControl?]>([])
    let problem: String?

    init(problem: String? = nil) { self.problem = problem }

    /// As the context has it.
    var answer: @Sendable (AlertControl?, String) async -> String? {
      { control, _ in
        if self.problem == nil { self.controls.withLock { $0.append(control) } }
        return self.problem
      }
    }
  }

  private let fingerprint = alert("acct-1").fingerprint

  private func post(
    _ form: String, sent: Sent? = nil, fields: [String] = [], fingerprint: String? = nil
  ) async throws -> (reply: TestReply, page: TestReply) {
    var messages = Messages()
    messages.add(score("acct-1", 50))
    messages.add(alert("acct-1"))
    let store = try HistoryStore(path: nil, log: quiet, now: today)
    _ = try store.apply(messages.records)
    var replies: (TestReply, TestReply)?
    try await serving(store, control: sent?.answer) { port async throws in
      let reply = try await TestClient.request(
        port, "POST /alerts/\(fingerprint ?? self.fingerprint)",
        [
          "Content-Type: application/x-www-form-urlencoded", "Content-Length: \(form.utf8.count)",
        ] + fields, body: form)
      replies = (reply, try await get(port, "/alerts"))
    }
    return try #require(replies)
  }

  @Test func aSnoozeIsSentAndShown() async throws {
    let sent = Sent()
    let (reply, page) = try await post(
      "action=snooze&reason=moving+%26+testing&author=ana&days=3", sent: sent)
    #expect(reply.status == 303 && reply.fields["location"] == "/alerts#a-\(fingerprint)")
    #expect(
      sent.controls.withLock { $0 } == [
        AlertControl(
          .snooze, reason: "moving & testing", author: "ana", from: day(10), expires: day(13))
      ])
    #expect(page.body.contains("Snooze sent"))
    #expect(page.body.contains("by <bdi>ana</bdi>") && page.body.contains("moving &amp; testing"))
  }

  @Test("what was sent is shown until the job says something later of the alert, and then no more")
  func waiting() async throws {
    let store = try HistoryStore(path: nil, log: quiet, now: today)
    var messages = Messages()
    func page() async throws -> String {
      _ = try store.apply(messages.records)
      var text = ""
      try await serving(store) { text = try await get($0, "/alerts").body }
      return text
    }
    messages.add(score("acct-1", 50))
    messages.add(alert("acct-1", day: 3))
    let control = AlertControl(
      .snooze, reason: "moving", author: "ana", from: day(3), expires: day(9))
    try store.note(SentControl(control, of: fingerprint, sent: day(3)))
    #expect(try await page().contains("Snooze sent"))
    var taken = alert("acct-1", day: 4)
    taken.control = control
    messages.add(taken)
    #expect(try await page().contains("Snoozed by"))
    #expect(try await !page().contains("Snooze sent"))
    // It is taken back while it holds.
    try store.note(SentControl(nil, of: fingerprint, sent: day(5)))
    let both = try await page()
    #expect(both.contains("Snoozed by") && both.contains("Taken back"))
    messages.add(alert("acct-1", day: 6))
    let after = try await page()
    #expect(!after.contains("Snooze") && !after.contains("Taken back"))
  }

  @Test func takingBackNeedsNoReason() async throws {
    let sent = Sent()
    #expect(try await post("action=clear", sent: sent).reply.status == 303)
    #expect(sent.controls.withLock { $0 } == [nil])
  }

  @Test(arguments: [
    ("", 400), ("action=delete", 400), ("action=snooze&author=ana&days=3", 400),
    ("action=snooze&reason=x&author=ana&days=0", 400),
    ("action=snooze&reason=x&author=ana&days=366", 400), ("action=%zz", 415),
    ("action=snooze&reason=x&days=3&author=" + String(repeating: "a", count: 257), 400),
    ("action=snooze&author=ana&days=3&reason=" + String(repeating: "a", count: 1_025), 400),
  ])
  func whatIsNoSayingIsNotSent(form: String, status: Int) async throws {
    let sent = Sent()
    #expect(try await post(form, sent: sent).reply.status == status)
    #expect(sent.controls.withLock { $0 }.isEmpty)
  }

  @Test func whatCannotBeSentIsTold() async throws {
    let form = "action=acknowledge&reason=x&author=ana&days=3"
    #expect(try await post(form).reply.status == 404, "no topic for it")
    let failed = try await post(form, sent: Sent(problem: "no broker answers"))
    #expect(failed.reply.status == 503 && failed.reply.body.contains("no broker answers"))
    #expect(!failed.page.body.contains("Acknowledgement sent"))
    let sent = Sent()
    #expect(try await post(form, sent: sent, fingerprint: "ffffffffffffffff").reply.status == 404)
    let foreign = try await post(form, sent: sent, fields: ["Origin: https://evil.example"])
    #expect(foreign.reply.status == 403)
    #expect(sent.controls.withLock { $0 }.isEmpty)
  }
}
