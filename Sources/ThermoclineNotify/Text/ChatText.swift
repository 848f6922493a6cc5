/// Words of strangers in a chat message. Nothing of them is a mention, a link, an image or a piece of mark-up, in Slack nor
/// in what is like it.
enum ChatText {
  /// Keeps two characters apart that would mean something together, and is not seen.
  private static let joiner = "\u{2060}"

  /// In running text: Slack's three entities, and no `@channel`, `[text](link)`, or address that becomes a link by itself.
  static func escaped(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = ""
    for (index, scalar) in scalars.enumerated() {
      let next = index + 1 < scalars.count ? scalars[index + 1] : " "
      switch scalar {
      case "*", "_", "~", "`": result += joiner
      default: break
      }
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.unicodeScalars.append(scalar)
      }
      switch scalar {
      case "@", "*", "_", "~", "`": result += joiner
      case ":" where next == "/", "]" where next == "(": result += joiner
      case "." where next.properties.isAlphabetic: result += joiner
      default: break
      }
    }
    return result
  }

  /// A name, set apart as code.
  static func code(_ name: String) -> String {
    guard !name.isEmpty else { return "(none)" }
    var result = ""
    for character in name.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "`": result += "'"
      default: result.unicodeScalars.append(character)
      }
    }
    return "`\(result)`"
  }
}
