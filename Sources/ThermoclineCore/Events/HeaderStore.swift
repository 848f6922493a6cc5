/// The headers of a batch's messages that may end as dead letters, one after the other in plain bytes: a message that
/// turns out well costs a copy and no memory of its own.
struct HeaderStore {
  private struct Entry {
    let position: Int64
    /// Where the first header begins, and their number.
    let start: Int
    let count: Int
    let leftOutCount: Int
  }

  private var entries: [Entry] = []
  /// For each header: bytes of the name, bytes of the value (−1 for null), both as four bytes; name; value.
  private var bytes: [UInt8] = []

  /// Bytes held.
  var bytesCount: Int { bytes.count }

  /// Forgets all of them and keeps the memory.
  mutating func removeAll() {
    guard !entries.isEmpty else { return }
    entries.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
  }

  /// Keeps the headers of the message at a position, which is not before that of the one kept last.
  mutating func append(_ headers: MessageHeaders, position: Int64) {
    guard entries.last?.position != position else { return }
    let start = bytes.count
    var (index, count, bytesCount) = (0, 0, 0)
    while let entry = unsafe headers.entry(index) {
      bytesCount += unsafe entry.name.count + (entry.value?.count ?? 0)
      if count == index, count < Limits.letterHeadersMax, bytesCount <= Limits.letterHeadersBytesMax
      {
        unsafe add(entry.name, entry.value)
        count += 1
      }
      index += 1
    }
    guard index > 0 else { return }
    entries.append(
      Entry(position: position, start: start, count: count, leftOutCount: index - count))
  }

  /// Keeps headers that were taken out of another store.
  mutating func append(_ headers: OriginalHeaders, position: Int64) {
    guard headers != OriginalHeaders() else { return }
    let start = bytes.count
    for header in headers.all {
      var name = header.name
      name.withUTF8 { name in
        guard let value = header.value else { return unsafe add(UnsafeRawBufferPointer(name), nil) }
        unsafe value.withUnsafeBytes { unsafe add(UnsafeRawBufferPointer(name), $0) }
      }
    }
    entries.append(
      Entry(
        position: position, start: start, count: headers.all.count,
        leftOutCount: headers.leftOutCount))
  }

  /// The headers of the message at a position; none when they were not kept.
  subscript(position: Int64) -> OriginalHeaders {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].position < position { low = middle + 1 } else { high = middle }
    }
    var result = OriginalHeaders()
    guard low < entries.count, entries[low].position == position else { return result }
    var at = entries[low].start
    for _ in 0..<entries[low].count {
      let (nameCount, valueCount) = (number(at), number(at + 4))
      let middle = at + 8 + nameCount
      let name = String(decoding: bytes[at + 8..<middle], as: UTF8.self)
      at = middle + max(0, valueCount)
      result.all.append(.init(name, valueCount < 0 ? nil : Array(bytes[middle..<at])))
    }
    result.leftOutCount = entries[low].leftOutCount
    return result
  }

  private mutating func add(_ name: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer?) {
    add(name.count)
    add(unsafe value?.count ?? -1)
    unsafe bytes.append(contentsOf: name)
    if let value = unsafe value { unsafe bytes.append(contentsOf: value) }
  }

  private mutating func add(_ number: Int) {
    let bits = UInt32(bitPattern: Int32(number))
    for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
  }

  private func number(_ at: Int) -> Int {
    var bits: UInt32 = 0
    for i in (0..<4).reversed() { bits = bits << 8 | UInt32(bytes[at + i]) }
    return Int(Int32(bitPattern: bits))
  }
}
