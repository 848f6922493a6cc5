extension [Int] {
  /// Adds counts place by place. Two parts may be of two versions of a policy: the longer one's places count, too.
  mutating func add(_ more: [Int]) {
    for (place, count) in more.enumerated() {
      if place < self.count { self[place] += count } else { append(count) }
    }
  }
}
