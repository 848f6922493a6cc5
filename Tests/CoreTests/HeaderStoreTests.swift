import Testing
import ThermoclineCore

@Suite struct HeaderStoreTests {
  /// Headers of a message without the names' zeros: only to be walked over.
  private func lend(
    _ headers: [OriginalHeaders.Header], _ body: (MessageHeaders) -> Void
  ) {
    let table = Table(headers)
    withExtendedLifetime(table) {
      let source = unsafe Unmanaged.passUnretained(table).toOpaque()
      unsafe body(
        MessageHeaders(
          source: source, lookup: { _, _, _, _ in false },
          enumeration: { source, index, name, nameLength, value, length in
            let table = unsafe Unmanaged<Table>.fromOpaque(source).takeUnretainedValue()
            guard unsafe index < table.headers.count else { return false }
            let entry = unsafe table.headers[index]
            unsafe name.pointee = unsafe UnsafeRawPointer(entry.name.baseAddress)
            unsafe nameLength.pointee = unsafe entry.name.count
            unsafe value.pointee = unsafe UnsafeRawPointer(entry.value?.baseAddress)
            unsafe length.pointee = unsafe entry.value?.count ?? 0
            return true
          }))
    }
  }

  @safe private final class Table {
    let headers: [(name: UnsafeMutableRawBufferPointer, value: UnsafeMutableRawBufferPointer?)]

    init(_ headers: [OriginalHeaders.Header]) {
      func copy(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
        let copy = UnsafeMutableRawBufferPointer.allocate(
          byteCount: max(1, bytes.count), alignment: 1)
        unsafe copy.copyBytes(from: bytes)
        return unsafe UnsafeMutableRawBufferPointer(rebasing: copy.prefix(bytes.count))
      }
      unsafe self.headers = unsafe headers.map {
        unsafe (copy(Array($0.name.utf8)), $0.value.map(copy))
      }
    }

    deinit {
      for i in unsafe headers.indices {
        unsafe headers[i].name.deallocate()
        unsafe headers[i].value?.deallocate()
      }
    }
  }

  private typealias Header = OriginalHeaders.Header

  @Test("headers are kept by position, with nulls, empty ones and repeated names")
  func keeping() {
    let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 1)
    let first = [Header("a", [1, 2]), Header("b", nil), Header("a", []), Header("", [0])]
    batch.needHeaders()
    #expect(batch.needsHeaders)
    lend(first) { batch.keepHeaders($0, position: 3) }
    #expect(!batch.needsHeaders)
    lend([]) { batch.keepHeaders($0, position: 5) }
    lend([Header("c", [9])]) { batch.keepHeaders($0, position: 7) }
    lend([Header("again", nil)]) { batch.keepHeaders($0, position: 7) }
    #expect(batch.headers(at: 3).all == first && batch.headers(at: 3).leftOutCount == 0)
    #expect(batch.headers(at: 3).bytesCount == 6)
    #expect(batch.headers(at: 7).all == [Header("c", [9])])
    for position: Int64 in [0, 4, 5, 8] {
      #expect(batch.headers(at: position) == OriginalHeaders())
    }
    let other = EventBatch(bytesCapacity: 8, recordsCapacity: 1)
    other.keepHeaders(batch.headers(at: 3), position: 1)
    #expect(other.headers(at: 1) == batch.headers(at: 3))
    batch.clear()
    #expect(batch.headers(at: 3) == OriginalHeaders() && batch.headerBytesCount == 0)
  }

  @Test("from the header that would pass a bound on they are counted only")
  func bounds() {
    let batch = EventBatch(bytesCapacity: 8, recordsCapacity: 1)
    let half = [UInt8](repeating: 7, count: Limits.letterHeadersBytesMax / 2 - 1)
    let large = [Header("a", half), Header("b", half), Header("c", [1]), Header("d", nil)]
    lend(large) { batch.keepHeaders($0, position: 1) }
    #expect(batch.headers(at: 1).all == Array(large[..<2]))
    #expect(batch.headers(at: 1).leftOutCount == 2)
    let many = (0...Limits.letterHeadersMax).map { Header("\($0)", nil) }
    lend(many) { batch.keepHeaders($0, position: 2) }
    #expect(batch.headers(at: 2).all == Array(many.dropLast()))
    #expect(batch.headers(at: 2).leftOutCount == 1)
    lend([Header("a", half + half + [1, 2, 3])]) { batch.keepHeaders($0, position: 4) }
    #expect(batch.headers(at: 4).all.isEmpty && batch.headers(at: 4).leftOutCount == 1)
  }
}
