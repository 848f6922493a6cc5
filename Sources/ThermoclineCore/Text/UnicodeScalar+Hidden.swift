extension Unicode.Scalar {
  /// Whether nobody sees it, or it ends or turns the text around it: controls, line separators, marks of direction, joiners,
  /// selectors and fillers, and what has no meaning yet.
  package var isHidden: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned,
      .surrogate:
      true
    default: properties.isDefaultIgnorableCodePoint
    }
  }
}
