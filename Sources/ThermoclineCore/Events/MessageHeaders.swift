/// A message's headers, asked for by name; nothing is read or copied before that.
///
/// SAFETY: whoever makes one guarantees that `source` lives, and that `lookup` may be called with
/// it, as long as the decoding of that one message; a value's bytes last as long.
@safe @frozen public struct MessageHeaders {
  /// Finds the last header of a name that ends with a zero byte: stores where its value is and its
  /// bytes' number, and returns true; false when there is none or it has no value.
  public typealias Lookup =
    @convention(c) (
      _ source: UnsafeRawPointer, _ name: UnsafePointer<UInt8>,
      _ value: UnsafeMutablePointer<UnsafeRawPointer?>, _ length: UnsafeMutablePointer<Int>
    ) -> Bool

  private let source: UnsafeRawPointer?
  private let lookup: Lookup?

  public init(source: UnsafeRawPointer, lookup: Lookup) {
    unsafe self.source = unsafe source
    unsafe self.lookup = unsafe lookup
  }

  private init() {
    unsafe source = nil
    unsafe lookup = nil
  }

  /// No headers at all, as in an archive.
  public static var none: MessageHeaders { MessageHeaders() }

  /// The value of the last header of this name; nil when there is none or it is null.
  public func value(_ name: StaticString) -> UnsafeRawBufferPointer? {
    guard let source = unsafe source, let lookup = unsafe lookup else { return nil }
    var start: UnsafeRawPointer?
    var length = 0
    // A literal's bytes end with a zero.
    guard unsafe lookup(source, name.utf8Start, &start, &length) else { return nil }
    return unsafe UnsafeRawBufferPointer(start: start, count: length)
  }
}
