import ThermoclineCore

@testable import ThermoclineCodec

/// Binary CloudEvents: the input's first lines are the attributes, what follows them is the data. Named and under
/// `auto`, whatever came before, a message is read as the same.
struct HeaderTarget: Target {
  private let named = Reading(.cloudevents)
  private let any = Reading(.auto)

  private static let names: [StaticString] = [
    "ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "content-type",
  ]

  func run(_ input: UnsafeRawBufferPointer) {
    var values: [7 of UnsafeRawBufferPointer?] = .init(repeating: nil)
    var rest = input
    for i in values.indices {
      guard let end = rest.firstIndex(of: 0x0A) else { break }
      values[i] = UnsafeRawBufferPointer(rebasing: rest[..<end])
      rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
    }
    let data = rest
    let isBinary = values[0] != nil
    withUnsafePointer(to: &values) { source in
      let headers = MessageHeaders(source: source) { source, name, value, length in
        let values = source.assumingMemoryBound(to: [7 of UnsafeRawBufferPointer?].self)
        for i in HeaderTarget.names.indices {
          guard strcmp(name, HeaderTarget.names[i].utf8Start) == 0 else { continue }
          guard let found = values.pointee[i] else { return false }
          value.pointee = found.baseAddress
          length.pointee = found.count
          return true
        }
        return false
      }
      let tally = named.tally(data, headers, into: Reading.large)
      require(tally.count <= 1 || !isBinary, "a binary CloudEvent is one event")
      if isBinary, tally != any.tally(data, headers, into: Reading.other) {
        named.fail("under auto", data, headers, Reading.small)
      }
    }
  }
}

/// Compares names that end with a zero.
private func strcmp(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>) -> Int {
  var at = 0
  while left[at] == right[at] {
    if left[at] == 0 { return 0 }
    at += 1
  }
  return 1
}
