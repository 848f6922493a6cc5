extension [Double] {
  /// The middle of the values, or the mean of the two middle ones, in linear time on average; reorders them.
  /// Not empty, no NaN.
  package mutating func median() -> Double {
    precondition(!isEmpty)
    let middle = count / 2
    let upper = select(middle)
    if count % 2 == 1 { return upper }
    // What stands before the upper middle is not greater; the lower middle is the greatest of it.
    return (self[..<middle].max()! + upper) / 2
  }

  /// Hoare's FIND (Communications of the ACM 4, 1961): the value that would stand at `place` in order.
  private mutating func select(_ place: Int) -> Double {
    var (low, high) = (0, count - 1)
    while low < high {
      // Of the ends and the middle the median, so that lists in order are no worst case.
      let (a, b, c) = (self[low], self[low + (high - low) / 2], self[high])
      let pivot = Swift.max(Swift.min(a, b), Swift.min(Swift.max(a, b), c))
      var (i, j) = (low, high)
      while i <= j {
        while self[i] < pivot { i += 1 }
        while pivot < self[j] { j -= 1 }
        if i <= j {
          swapAt(i, j)
          i += 1
          j -= 1
        }
      }
      if place <= j { high = j } else if place >= i { low = i } else { return self[place] }
    }
    return self[place]
  }
}

extension Sequence<Double> {
  /// The median of the values, which stay as they are; nil of none.
  package func middle() -> Double? {
    var values = Array(self)
    return values.isEmpty ? nil : values.median()
  }
}
