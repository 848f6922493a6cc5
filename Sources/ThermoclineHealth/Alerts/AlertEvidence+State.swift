package import ThermoclineCore

/// How a partition's evidence goes to the instances of other partitions. The rules are those of the policy on both sides.
extension AlertEvidence {
  package func write(to state: inout StateWriter) {
    state.write(UInt64(segments.count))
    for segment in segments { state.write(segment) }
    for cell in cells {
      for ratios in cell.ratios { state.write(ratios) }
      state.write(plain: cell.moments)
    }
    state.write(UInt64(candidates.count))
    for candidate in candidates {
      state.write(candidate.cell)
      state.write(plain: candidate.drop)
      for span in candidate.spans { state.write(plain: span) }
    }
    for rule in rules.indices {
      state.write(judged[rule])
      state.write(dayRatios[rule])
      state.write(dayTotals[rule])
    }
  }

  /// Takes what was written into evidence of the same rules that is empty.
  package mutating func read(from state: inout StateReader) throws(StateError) {
    for _ in 0..<(try state.count()) { _ = place(try state.string()) }
    for cell in cells.indices {
      for span in cells[cell].ratios.indices { cells[cell].ratios[span] = try state.floats() }
      try state.read(plain: &cells[cell].moments)
      guard cells[cell].moments.isAddable else { throw StateError("dispersions are too large") }
    }
    for _ in 0..<(try state.count()) {
      let cell = try state.int()
      guard cells.indices.contains(cell) else {
        throw StateError("an account belongs to no segment")
      }
      var drop = AlertDay.DropRow()
      try state.read(plain: &drop)
      // Others are not offered; and a byte that came from elsewhere may be any.
      drop.isEnough = true
      var rows: [AlertDay.SpanRow] = []
      for _ in 0..<rules[cell % rules.count].spansCount {
        var row = AlertDay.SpanRow()
        try state.read(plain: &row)
        guard row.value.isFinite, row.expected.isFinite, row.references.isFinite else {
          throw StateError("an account's count is no number")
        }
        rows.append(row)
      }
      candidates.append(Candidate(cell: cell, drop: drop, spans: rows))
    }
    for rule in rules.indices {
      judged[rule] = try state.tallied()
      dayRatios[rule] = try state.floats()
      dayTotals[rule] = try state.total()
    }
  }
}

extension StateWriter {
  fileprivate mutating func write(_ numbers: [Float]) {
    write(UInt64(numbers.count))
    for number in numbers { write(UInt64(number.bitPattern)) }
  }
}

extension StateReader {
  fileprivate mutating func floats() throws(StateError) -> [Float] {
    var numbers: [Float] = []
    for _ in 0..<(try count()) {
      numbers.append(Float(bitPattern: UInt32(truncatingIfNeeded: try unsigned())))
    }
    return numbers
  }
}
