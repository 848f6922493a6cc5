internal import ThermoclineBacktest
internal import ThermoclineCore
internal import ThermoclineHealth

extension Policy {
  /// The same policy under another name and with other weights of measures within their dimensions, in three or four digits.
  ///
  /// Dimensions and axes weigh what they did. So does what an override says of a measure's weight: it keeps its part of the
  /// dimension where no other override of weights holds beside it.
  func fitted(_ weights: ScoreWeights) -> Policy {
    var result = self
    for (k, weight) in weights.measures.enumerated() where weight != measures[k].weight {
      let scale = scale(of: measures[k].dimension)
      result.setWeight((weight * scale).rounded() / scale, of: k)
    }
    for i in overrides.indices { result.keepMeaning(ofOverride: i, from: self) }
    result.name = Self.fittedName(name, content: "\(result)")
    return result
  }

  /// The axis goes on with the weight that was.
  private mutating func setWeight(_ weight: Double, of k: Int) {
    if measures[k].axis != nil { measures[k].axisWeight = measures[k].weightInAxis }
    measures[k].weight = weight
  }

  /// A power of ten that brings the weights of a dimension to a thousand or more.
  private func scale(of dimension: String?) -> Double {
    let total = measures.reduce(0) { $0 + ($1.dimension == dimension ? $1.weight : 0) }
    var scale = 1.0
    while total > 0, total * scale < 1_000 { scale *= 10 }
    return scale
  }

  /// Weights of an override in the proportion to the others of their dimension that they had in `old`.
  private mutating func keepMeaning(ofOverride i: Int, from old: Policy) {
    let named = old.overrides[i].measures.filter { $0.weight != nil }.map(\.name)
    func others(_ policy: Policy, _ dimension: String) -> Double {
      policy.measures.reduce(0) { sum, measure in
        let counts = measure.dimension == dimension && !named.contains(measure.name)
        return sum + (counts ? measure.weight : 0)
      }
    }
    for k in old.overrides[i].measures.indices {
      let change = old.overrides[i].measures[k]
      guard let weight = change.weight,
        let measure = old.measures.first(where: { $0.name == change.name }),
        let dimension = measure.dimension
      else { continue }
      let (before, after) = (others(old, dimension), others(self, dimension))
      guard before > 0, after > 0, before != after else { continue }
      let scale = old.scale(of: dimension) * 100
      overrides[i].measures[k].weight = (weight * after / before * scale).rounded() / scale
      if measure.axis != nil, change.axisWeight == nil {
        overrides[i].measures[k].axisWeight = weight
      }
    }
  }

  /// `default-fitted-1a2b3c4d`: another name for every other content. A policy that was fitted before keeps its first name.
  private static func fittedName(_ name: String, content: String) -> String {
    let mark = "-fitted-"
    var base = name
    if name.utf8.count > mark.utf8.count + 8,
      name.dropLast(8).hasSuffix(mark), name.suffix(8).allSatisfy(\.isHexDigit)
    {
      base = String(name.dropLast(8 + mark.count))
    }
    while base.utf8.count + mark.utf8.count + 8 > PolicyLimits.nameBytesMax { base.removeLast() }
    let digits = String(FNV1a.hash(content) & 0xFFFF_FFFF, radix: 16)
    return base + mark + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
