internal import ThermoclineCore

extension Unicode.Scalar {
  /// What to show in the scalar's place, nil = nothing: control characters, line separators and bidirectional controls
  /// become `�`, invisible joiners and selectors go.
  package var shown: Unicode.Scalar? {
    guard isHidden else { return self }
    switch value {
    // Bidirectional marks, embeddings, overrides and isolates.
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: return "\u{FFFD}"
    default: break
    }
    switch properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
      return "\u{FFFD}"
    default: return nil
    }
  }
}
