internal import ThermoclineNotify

/// Text whose width on a terminal is known: what could move the cursor, reorder the line or be
/// drawn differently by different terminals is taken out or replaced first.
struct DisplayText: Equatable {
  /// The text as it may be written to a terminal.
  private(set) var text = ""
  /// Columns it takes.
  private(set) var width = 0

  /// Combining marks kept on one character; more would pile up over other lines.
  private static let marksMax = 2

  /// Makes any text safe. Control characters, line separators and bidirectional controls become
  /// `�`; invisible joiners and selectors go; flags become their two letters.
  init(_ raw: some StringProtocol) {
    var marks = 0
    for scalar in raw.unicodeScalars {
      guard let safe = Self.safe(scalar) else { continue }
      let columns = Self.columns(safe)
      marks = columns == 0 ? marks + 1 : 0
      // A mark without a character before it has nothing to stand on.
      if columns == 0, marks > Self.marksMax || width == 0 { continue }
      text.unicodeScalars.append(safe)
      width += columns
    }
  }

  /// At most `columns` wide; what is cut off is shown as `…`.
  func truncated(to columns: Int) -> DisplayText {
    guard width > columns else { return self }
    var result = DisplayText("")
    guard columns > 0 else { return result }
    for scalar in text.unicodeScalars {
      let wider = result.width + Self.columns(scalar)
      guard wider < columns else { break }
      result.text.unicodeScalars.append(scalar)
      result.width = wider
    }
    result.text += "…"
    result.width += 1
    return result
  }

  /// Exactly `columns` wide, cut or filled with spaces; numbers stand on the right.
  func fitted(to columns: Int, onRight: Bool = false) -> DisplayText {
    var result = truncated(to: columns)
    let space = String(repeating: " ", count: max(0, columns - result.width))
    result.text = onRight ? space + result.text : result.text + space
    result.width = columns
    return result
  }

  /// The scalar to show instead, nil = none.
  private static func safe(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    switch scalar.value {
    case 0x1F1E6...0x1F1FF: return Unicode.Scalar(scalar.value - 0x1F1E6 + 0x41)
    case 0x1F3FB...0x1F3FF: return nil
    default: return scalar.shown
    }
  }

  /// Columns of one safe scalar: 0 for marks, 2 for East Asian wide characters and emoji.
  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return 0
    default: break
    }
    if (0x1160...0x11FF).contains(scalar.value) { return 0 }
    if scalar.properties.isEmojiPresentation { return 2 }
    return wide.contains { $0.contains(scalar.value) } ? 2 : 1
  }

  /// Blocks of East Asian Wide and Fullwidth characters (Unicode Standard Annex 11).
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
    0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x17000...0x18CFF, 0x1B000...0x1B2FF,
    0x1F200...0x1F2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD,
  ]
}
