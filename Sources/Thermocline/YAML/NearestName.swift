/// The name that `word` was most likely meant to be; nil when more than a third of it would have to change.
func nearest(to word: String, among names: [String]) -> String? {
  let candidates = names.map { (name: $0, distance: editDistance(word, $0)) }
  guard let best = candidates.min(by: { $0.distance < $1.distance }) else { return nil }
  return best.distance <= max(1, best.name.count / 3) ? best.name : nil
}

/// At most so many names that `word` may have been meant to be, the likeliest first.
func nearest(to word: String, among names: [String], most: Int) -> [String] {
  // Names of a quite different length are not looked at: there may be a hundred thousand.
  let reach = max(1, word.count / 3)
  return names.filter { abs($0.count - word.count) <= reach }
    .map { (name: $0, distance: editDistance(word, $0)) }
    .filter { $0.distance <= max(1, $0.name.count / 3) }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(most).map(\.name)
}

/// The number of letters to insert, remove, replace or swap with their neighbour to make one word of the other
/// (optimal string alignment).
private func editDistance(_ a: String, _ b: String) -> Int {
  let (a, b) = (Array(a), Array(b))
  var rows = [Array(0...b.count)]
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var least = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        least = min(least, rows[i - 1][j - 1] + 1)
      }
      row.append(least)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
