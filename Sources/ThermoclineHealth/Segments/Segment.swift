package import ThermoclineCore

/// Accounts that have something in common: industry, tier, stage, some of these, or nothing, which is the whole
/// portfolio; or a parent account.
package struct Segment: Hashable, Sendable {
  package var industry: String?
  package var tier: String?
  package var stage: String?
  /// The account whose children these are; then nothing else is set.
  package var parent: String?

  package init(
    industry: String? = nil, tier: String? = nil, stage: String? = nil, parent: String? = nil
  ) {
    self.industry = industry
    self.tier = tier
    self.stage = stage
    self.parent = parent
  }

  /// All accounts.
  package static let portfolio = Segment()
  /// Accounts of segments that are too many to be told apart.
  package static let others = Segment(industry: "(other)", tier: "(other)", stage: "(other)")

  /// Where an account of this full segment finds its peers, from the narrowest to all.
  package var peers: [Segment] {
    [
      self, Segment(industry: industry, tier: tier), Segment(industry: industry),
      Segment(tier: tier), .portfolio,
    ]
  }

  /// Every segment whose figures an account of this full segment counts in.
  package var rollups: [Segment] { parent == nil ? peers + [Segment(stage: stage)] : [self] }

  /// How it is called, and its key: `portfolio`, `industry=bank,tier=mid`, `parent=acme`. In the words a comma, an equals
  /// sign and a per cent sign are `%2C`, `%3D` and `%25`.
  package var name: String {
    let parts = [("industry", industry), ("tier", tier), ("stage", stage), ("parent", parent)]
      .compactMap { key, word in word.map { "\(key)=\(Self.escaped($0))" } }
    return parts.isEmpty ? "portfolio" : parts.joined(separator: ",")
  }

  private static func escaped(_ word: String) -> String {
    var text = ""
    for scalar in word.unicodeScalars {
      switch scalar {
      case ",": text += "%2C"
      case "=": text += "%3D"
      case "%": text += "%25"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension Segment {
  package func write(to state: inout StateWriter) {
    state.write(industry)
    state.write(tier)
    state.write(stage)
    state.write(parent)
  }

  package init(from state: inout StateReader) throws(StateError) {
    self.init(
      industry: try state.optionalString(), tier: try state.optionalString(),
      stage: try state.optionalString(), parent: try state.optionalString())
  }
}
