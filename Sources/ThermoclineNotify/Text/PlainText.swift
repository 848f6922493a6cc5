/// Text of strangers as it may stand between words of ours: one line, of a known length, that reorders and overlays
/// nothing around it.
package struct PlainText: Equatable, Sendable {
  /// The text; not more than the bytes asked for.
  package let text: String

  /// Combining marks kept on one character; more would pile up over other lines.
  private static let marksMax = 2
  private static let cutMark = "…"

  /// Makes any text safe and cuts it to so many bytes of UTF-8, with `…` in the place of what is left out.
  package init(_ raw: some StringProtocol, bytes bytesMax: Int) {
    var text = ""
    var bytes = 0
    // Where to cut when the rest turns out not to fit.
    var fitting = 0
    var marks = 0
    for scalar in raw.unicodeScalars {
      guard let safe = scalar.shown else { continue }
      let isMark = [.nonspacingMark, .enclosingMark].contains(safe.properties.generalCategory)
      marks = isMark ? marks + 1 : 0
      if isMark, marks > Self.marksMax || bytes == 0 { continue }
      let width = UTF8.width(safe)
      if bytes + width > bytesMax {
        self.text = String(decoding: text.utf8.prefix(fitting), as: UTF8.self) + Self.cutMark
        return
      }
      text.unicodeScalars.append(safe)
      bytes += width
      if bytes <= bytesMax - Self.cutMark.utf8.count { fitting = bytes }
    }
    self.text = text
  }

  /// A name: of an account, a rule, a user.
  package static func name(_ raw: String) -> String {
    PlainText(raw, bytes: NotifyLimits.nameBytesMax).text
  }

  /// A sentence.
  package static func sentence(_ raw: String) -> String {
    PlainText(raw, bytes: NotifyLimits.sentenceBytesMax).text
  }
}
