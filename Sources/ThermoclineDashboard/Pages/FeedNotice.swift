/// What a person has to know of the reading of the topics before they trust a page.
enum FeedNotice {
  static func html(_ feed: FeedState) -> HTML {
    if let problem = feed.problem {
      return "<p class=\"notice bad\">Not followed now: \(problem)</p>"
    }
    if feed.isCaughtUp { return .none }
    return
      "<p class=\"notice\">Still reading what is in the topics; the pages are not complete yet.</p>"
  }
}
