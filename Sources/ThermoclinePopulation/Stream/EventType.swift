/// The types of event that the default policy knows.
package enum EventType: String, CaseIterable, Sendable {
  case botCall = "bot_call"
  case featureClick = "feature_click"
  case session
  case login
  case outcome
  case communityPost = "community_post"
  case ticketOpened = "ticket_opened"
  case invite
  case ticketAnswered = "ticket_answered"
  case nps
  case payment
  case paymentFailed = "payment_failed"

  /// Thousandths of the activity mix, of which every active moment of a user draws one. What is not
  /// in it follows from something else: a ticket, the calendar.
  static let mix: [(type: EventType, perThousand: Int)] = [
    (.botCall, 450), (.featureClick, 220), (.session, 170), (.login, 100), (.outcome, 40),
    (.communityPost, 10), (.ticketOpened, 6), (.invite, 4),
  ]
}
