internal import ThermoclineHealth

/// Where the parts of a policy stand in the file that was read, for what it extends has parts of its own.
struct PolicyPlaces {
  var dimensions: [String: Int] = [:]
  var measures: [String: Int] = [:]
  /// By measure.
  var drops: [String: Int] = [:]
  /// Overrides that come from what the file extends; its own follow them.
  var overridesBefore = 0

  /// A path of the policy in the words of the file: `measures[3].window`, or `measures.logins.window` for a measure that
  /// is not in it.
  func path(of path: String, in policy: Policy) -> String {
    let named: [(String, [String], [String: Int])] = [
      ("dimensions[", policy.dimensions.map(\.name), dimensions),
      ("measures[", policy.measures.map(\.name), measures),
      ("alerts.drops[", policy.alerts.drops.map(\.measure), drops),
    ]
    for (prefix, names, places) in named {
      guard let (index, rest) = Self.split(path, prefix), names.indices.contains(index) else {
        continue
      }
      if let place = places[names[index]] { return "\(prefix)\(place)]\(rest)" }
      return "\(prefix.dropLast()).\(names[index])\(rest)"
    }
    if let (index, rest) = Self.split(path, "overrides[") {
      let place = index - overridesBefore
      return place < 0 ? "overrides\(rest)" : "overrides[\(place)]\(rest)"
    }
    return path
  }

  private static func split(_ path: String, _ prefix: String) -> (Int, Substring)? {
    guard path.hasPrefix(prefix), let end = path.firstIndex(of: "]"),
      let index = Int(path[path.index(path.startIndex, offsetBy: prefix.count)..<end])
    else { return nil }
    return (index, path[path.index(after: end)...])
  }
}
