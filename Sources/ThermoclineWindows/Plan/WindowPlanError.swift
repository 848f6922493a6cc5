/// Why a list of quantities cannot be kept.
public enum WindowPlanError: Error, Equatable, CustomStringConvertible {
  case noQuantities
  case notMultiple(quantity: Int)
  case tooLong(quantity: Int, panesMax: Int)
  case distinctInThePast(quantity: Int)
  case distinctSlidesDiffer(quantity: Int)
  case slidesNotNested
  case noHalfLife(quantity: Int)
  case tooMany(max: Int)

  public var description: String {
    switch self {
    case .noQuantities: "the plan has no quantities"
    case .notMultiple(let q):
      "quantity \(q): length and shift must be multiples of the slide, and length and slide positive"
    case .tooLong(let q, let max):
      "quantity \(q): length + shift spans more than \(max) slides"
    case .distinctInThePast(let q):
      "quantity \(q): distinct counts are kept for the present only (shift 0)"
    case .distinctSlidesDiffer(let q):
      "quantity \(q): all distinct counts of one kind and filter need the same slide"
    case .slidesNotNested: "each slide must be a multiple of the next smaller one"
    case .noHalfLife(let q): "quantity \(q): a half-life must be longer than nothing"
    case .tooMany(let max): "more than \(max) quantities"
    }
  }
}
