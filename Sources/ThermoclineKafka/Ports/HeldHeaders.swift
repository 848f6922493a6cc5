package import ThermoclineCore

/// The headers of a message that waits for room, copied.
///
/// SAFETY: `bytes` is allocated in `init`, never changed after it and freed in `deinit`; the ranges lie within it.
@safe package final class HeldHeaders {
  /// Where a name, which a zero follows, and its value stand; nil = null.
  private let entries: [(name: Range<Int>, value: Range<Int>?)]
  private let bytes: UnsafeMutableRawBufferPointer

  package init(_ headers: [KafkaHeader]) {
    var text: [UInt8] = []
    func keep(_ piece: some Collection<UInt8>) -> Range<Int> {
      text += piece
      text.append(0)
      return text.count - 1 - piece.count..<text.count - 1
    }
    var entries: [(name: Range<Int>, value: Range<Int>?)] = []
    for header in headers {
      let name = keep(header.name.utf8)
      entries.append((name, header.value.map { keep($0) }))
    }
    self.entries = entries
    unsafe bytes = .allocate(byteCount: max(1, text.count), alignment: 1)
    unsafe bytes.copyBytes(from: text)
  }

  deinit { unsafe bytes.deallocate() }

  /// Lends the headers for the length of one call.
  package func lend<Result>(_ body: (MessageHeaders) -> Result) -> Result {
    withExtendedLifetime(self) {
      // SAFETY: this object lives until the call is over.
      let source = unsafe Unmanaged.passUnretained(self).toOpaque()
      return unsafe body(
        MessageHeaders(
          source: source,
          lookup: { source, name, value, length in
            let held = unsafe Unmanaged<HeldHeaders>.fromOpaque(source).takeUnretainedValue()
            return unsafe held.find(name, value, length)
          },
          enumeration: { source, index, name, nameLength, value, length in
            let held = unsafe Unmanaged<HeldHeaders>.fromOpaque(source).takeUnretainedValue()
            guard index < held.entries.count else { return false }
            let entry = held.entries[index]
            unsafe name.pointee = unsafe held.start(of: entry.name)
            unsafe nameLength.pointee = entry.name.count
            unsafe value.pointee = unsafe entry.value.map { unsafe held.start(of: $0) }
            unsafe length.pointee = entry.value?.count ?? 0
            return true
          }))
    }
  }

  private func find(
    _ name: UnsafePointer<UInt8>, _ value: UnsafeMutablePointer<UnsafeRawPointer?>,
    _ length: UnsafeMutablePointer<Int>
  ) -> Bool {
    let last = entries.last { entry in
      // The name ends with a zero byte, which no candidate's byte equals before its end.
      for (i, at) in entry.name.enumerated() where unsafe name[i] != bytes[at] { return false }
      return unsafe name[entry.name.count] == 0
    }
    guard let range = last?.value else { return false }
    unsafe value.pointee = unsafe start(of: range)
    unsafe length.pointee = range.count
    return true
  }

  private func start(of range: Range<Int>) -> UnsafeRawPointer {
    unsafe UnsafeRawPointer(bytes.baseAddress! + range.lowerBound)
  }
}
