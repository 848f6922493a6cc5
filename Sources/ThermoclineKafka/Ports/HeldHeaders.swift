package import ThermoclineCore

/// The headers of a message that waits for room, copied.
///
/// SAFETY: the values' memory is allocated in `init`, never changed and freed in `deinit`.
@safe package final class HeldHeaders {
  private let names: [[UInt8]]
  private let values: [UnsafeMutableRawBufferPointer]

  /// Copies the headers that have a value.
  package init(_ headers: [KafkaHeader]) {
    let present = headers.filter { $0.value != nil }
    names = present.map { Array($0.name.utf8) }
    unsafe values = present.map { header in
      let copy = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(1, header.value!.count), alignment: 1)
      unsafe copy.copyBytes(from: header.value!)
      return unsafe UnsafeMutableRawBufferPointer(rebasing: copy.prefix(header.value!.count))
    }
  }

  deinit {
    for i in unsafe values.indices { unsafe values[i].deallocate() }
  }

  /// Lends the headers for the length of one call.
  package func lend<Result>(_ body: (MessageHeaders) -> Result) -> Result {
    withExtendedLifetime(self) {
      // SAFETY: this object lives until the call is over.
      let source = unsafe Unmanaged.passUnretained(self).toOpaque()
      return unsafe body(
        MessageHeaders(source: source) { source, name, value, length in
          let held = unsafe Unmanaged<HeldHeaders>.fromOpaque(source).takeUnretainedValue()
          return unsafe held.find(name, value, length)
        })
    }
  }

  private func find(
    _ name: UnsafePointer<UInt8>, _ value: UnsafeMutablePointer<UnsafeRawPointer?>,
    _ length: UnsafeMutablePointer<Int>
  ) -> Bool {
    let place = names.lastIndex { candidate in
      // The name ends with a zero byte, which no candidate's byte equals before its end.
      for (i, byte) in candidate.enumerated() where unsafe name[i] != byte { return false }
      return unsafe name[candidate.count] == 0
    }
    guard let place else { return false }
    unsafe value.pointee = unsafe UnsafeRawPointer(values[place].baseAddress)
    unsafe length.pointee = unsafe values[place].count
    return true
  }
}
