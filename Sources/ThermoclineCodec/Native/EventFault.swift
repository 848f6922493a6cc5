internal import ThermoclineCore

/// Why an event that is good JSON is no event.
struct EventFault: Equatable {
  var reason: RefusalReason
  /// One sentence for a person, naming the field.
  var detail: String

  init(_ reason: RefusalReason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }
}
