internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineServer

/// What a person sends about an alert.
struct AlertForm {
  private let context: DashboardContext
  private static let daysMax = 365

  init(_ context: DashboardContext) { self.context = context }

  func reply(to request: ServerRequest) async -> ServerReply {
    let fingerprint = request.parameters["fingerprint"] ?? ""
    guard let send = context.control else {
      return refusal(404, "this dashboard has no topic of alert controls (alert_controls.topic)")
    }
    guard let form = request.form else { return refusal(415, "send a form") }
    func field(_ name: String) -> String { form.first { $0.name == name }?.value ?? "" }
    let now = context.now()
    var control: AlertControl?
    switch field("action") {
    case "clear": control = nil
    case "acknowledge", "snooze":
      let (reason, author) = (field("reason"), field("author"))
      guard !reason.isEmpty, !author.isEmpty else {
        return refusal(400, "say why and who you are")
      }
      guard let days = Int(field("days")), (1...Self.daysMax).contains(days) else {
        return refusal(400, "days takes a whole number from 1 to \(Self.daysMax)")
      }
      control = AlertControl(
        field("action") == "snooze" ? .snooze : .acknowledge, reason: reason, author: author,
        from: now, expires: now + .days(Int64(days)))
    default: return refusal(400, "action takes acknowledge, snooze or clear")
    }
    if let control {
      do throws(ProfileFault) { _ = try AlertControlEncoder.checkedMessage(control) } catch {
        return refusal(400, error.detail)
      }
    }
    do throws(HistoryFailure) {
      guard try await context.store.hasAlert(fingerprint) else {
        return refusal(404, "there is no alert of that fingerprint")
      }
    } catch { return refusal(503, error.description) }
    if let problem = await send(control, fingerprint) { return refusal(503, problem) }
    // It is sent; that it is not shown at once would be no reason to say it was not.
    try? context.store.note(SentControl(control, of: fingerprint, sent: now))
    return ServerReply(
      303, headers: [("location", "/alerts#a-" + fingerprint.percentEncoded)],
      body: .bytes([]))
  }

  private func refusal(_ status: Int, _ text: String) -> ServerReply {
    PageFrame.problem(status, "Not sent", text, .alerts)
  }
}
