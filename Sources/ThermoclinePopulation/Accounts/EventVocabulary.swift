/// The names that occur in the stream.
package enum EventVocabulary {
  /// Features, each account using some of them.
  package static let features = [
    "export", "search", "dashboard", "report", "import", "alerts", "api_keys", "workflow", "chat",
    "forecast", "segments", "templates",
  ]
  static let industries = [
    "retail", "finance", "health", "education", "logistics", "media", "software", "travel",
  ]
}
