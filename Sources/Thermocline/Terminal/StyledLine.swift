/// One line of a screen: pieces of safe text, each with a style.
package struct StyledLine: Sendable, Equatable {
  private struct Piece: Sendable, Equatable {
    var text: String
    var style: TextStyle
  }

  private var pieces: [Piece] = []
  /// Columns the line takes.
  package private(set) var width = 0

  package init() {}

  package init(_ text: String, _ style: TextStyle = .plain) { append(text, style) }

  /// Appends text as wide as it is.
  package mutating func append(_ text: String, _ style: TextStyle = .plain) {
    append(DisplayText(text), style)
  }

  /// Appends text in a column of its own, cut with `…` or filled with spaces.
  package mutating func append(
    _ text: String, columns: Int, onRight: Bool = false, _ style: TextStyle = .plain
  ) {
    append(DisplayText(text).fitted(to: columns, onRight: onRight), style)
  }

  /// Fills with spaces up to a column; nothing when the line is already there.
  package mutating func fill(to column: Int) {
    if width < column { append(String(repeating: " ", count: column - width)) }
  }

  /// The line, at most `columns` wide; what is cut off is shown as `…`.
  package func truncated(to columns: Int) -> StyledLine {
    guard width > columns else { return self }
    var line = StyledLine()
    for piece in pieces where columns > 0 {
      let text = DisplayText(piece.text)
      guard line.width + text.width >= columns else {
        line.append(text, piece.style)
        continue
      }
      // One column too wide, so that even a piece that just fits gives way to the sign.
      line.append(DisplayText(piece.text + " ").truncated(to: columns - line.width), piece.style)
      break
    }
    return line
  }

  /// The bytes for a terminal, without a line end and without spaces at the end.
  package func rendered(colours: Bool) -> String {
    var pieces = pieces
    while let last = pieces.last {
      pieces[pieces.count - 1].text = String(last.text.reversed().drop { $0 == " " }.reversed())
      guard pieces[pieces.count - 1].text.isEmpty else { break }
      pieces.removeLast()
    }
    return pieces.map { piece in
      guard colours, let parameters = piece.style.parameters else { return piece.text }
      return "\u{1B}[\(parameters)m\(piece.text)\u{1B}[0m"
    }.joined()
  }

  private mutating func append(_ text: DisplayText, _ style: TextStyle) {
    guard text.width > 0 else { return }
    pieces.append(Piece(text: text.text, style: style))
    width += text.width
  }
}
