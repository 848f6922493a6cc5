extension String {
  /// A copy of C's text; nil for NULL.
  init?(copying text: UnsafePointer<CChar>?) {
    // SAFETY: librdkafka's texts end in a zero byte and live until the call that handed them out returns.
    guard let text = unsafe text else { return nil }
    unsafe self.init(cString: text)
  }

  /// Runs a librdkafka call that writes an error text of at most 512 bytes.
  static func errorText<Result>(
    _ call: (UnsafeMutablePointer<CChar>, Int) -> Result
  ) -> (result: Result, text: String) {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      // SAFETY: the buffer has 512 bytes, begins as an empty text, and the call keeps it terminated.
      unsafe buffer.initialize(repeating: 0)
      let base = unsafe buffer.baseAddress.unsafelyUnwrapped
      let result = unsafe call(base, 512)
      return unsafe (result, String(cString: base))
    }
  }
}
