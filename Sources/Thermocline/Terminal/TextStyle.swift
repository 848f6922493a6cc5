/// How a piece of a line is drawn where colours are allowed. Meaning never rests on colour alone.
package enum TextStyle: Sendable, Equatable {
  case plain, bold, faint, red, yellow, green, cyan, redBold

  /// The SGR parameters (ECMA-48 §8.3.117) of the style; nil for plain. The 16-colour palette
  /// follows the user's own colour scheme.
  var parameters: String? {
    switch self {
    case .plain: nil
    case .bold: "1"
    case .faint: "2"
    case .red: "31"
    case .yellow: "33"
    case .green: "32"
    case .cyan: "36"
    case .redBold: "1;31"
    }
  }
}
