internal import ThermoclineEngine

/// What became of events on their way to the windows, in words; nothing for what did not happen.
enum IntakeText {
  /// What was read, and that it adds up.
  static func balance(_ counts: EventCounts) -> String {
    let always = [
      ("applied", counts.applied), ("late", counts.late), ("refused", counts.refused),
    ]
    let sometimes = [
      ("duplicates", counts.duplicates), ("aliases", counts.aliases), ("held", counts.held),
    ].filter { $0.1 != 0 }
    let parts = (always + sometimes).map { "\($0.0) \(FigureText.grouped($0.1))" }
    return "read \(FigureText.grouped(counts.read)) = " + parts.joined(separator: " + ")
  }

  static func parts(_ counts: EventCounts) -> [String] {
    [
      ("duplicates", counts.duplicates), ("resolved by user", counts.resolved),
      ("unresolved at first", counts.unresolved), ("aliases", counts.aliases),
      ("held", counts.held), ("event ids forgotten early", counts.forgottenIDs),
    ].filter { $0.1 != 0 }.map { "\($0.0) \(FigureText.grouped($0.1))" }
  }
}
