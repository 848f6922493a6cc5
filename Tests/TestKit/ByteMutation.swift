extension [UInt8] {
  /// Replaces, inserts or deletes one byte; new ones are of the alphabet. There must be a byte.
  public mutating func mutate(with alphabet: [UInt8], using random: inout SeededGenerator) {
    let place = Int.random(in: 0..<count, using: &random)
    let byte = alphabet.randomElement(using: &random)!
    switch Int.random(in: 0..<3, using: &random) {
    case 0: self[place] = byte
    case 1: insert(byte, at: place)
    default: remove(at: place)
    }
  }
}
