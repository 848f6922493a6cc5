/// A tag of a page, taken apart by code points, as a browser reads: an accent at a name's beginning makes one character of it
/// and the bracket before.
private var tag: Regex<(Substring, Substring, Substring)> {
  /<(\/?[a-zA-Z!][a-zA-Z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"]*")?)*)\s*\/?>/
    .matchingSemantics(.unicodeScalar)
}

/// A page's tags with the names of their attributes, in order.
public func pageTags(_ page: String) -> [String] {
  let value = /"[^"]*"/.matchingSemantics(.unicodeScalar)
  return page.matches(of: tag).map { String($0.output.1 + $0.output.2.replacing(value, with: "")) }
}

/// What a person sees of a page, about.
public func pageText(_ page: String) -> String { page.replacing(tag, with: "") }
