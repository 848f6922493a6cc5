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

  /// Finds the header with a number, from 0: stores where its name and value are and their bytes' numbers, and
  /// returns true; false when there are no more. A value that is null is stored as nil.
  public typealias Enumeration =
    @convention(c) (
      _ source: UnsafeRawPointer, _ index: Int, _ name: UnsafeMutablePointer<UnsafeRawPointer?>,
      _ nameLength: UnsafeMutablePointer<Int>, _ value: UnsafeMutablePointer<UnsafeRawPointer?>,
      _ length: UnsafeMutablePointer<Int>
    ) -> Bool

  private let source: UnsafeRawPointer?
  private let lookup: Lookup?
  private let enumeration: Enumeration?

  /// Without `enumeration` headers can be asked for by name only.
  public init(source: UnsafeRawPointer, lookup: Lookup, enumeration: Enumeration? = nil) {
    unsafe self.source = unsafe source
    unsafe self.lookup = unsafe lookup
    unsafe self.enumeration = unsafe enumeration
  }

  private init() {
    unsafe source = nil
    unsafe lookup = nil
    unsafe enumeration = nil
  }

  /// Name and value of the header with a number, from 0; nil when there are no more.
  public func entry(
    _ index: Int
  ) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?)? {
    guard let source = unsafe source, let enumeration = unsafe enumeration else { return nil }
    var (name, value): (UnsafeRawPointer?, UnsafeRawPointer?) = (nil, nil)
    var (nameLength, length) = (0, 0)
    guard unsafe enumeration(source, index, &name, &nameLength, &value, &length) else { return nil }
    let bytes = unsafe value.map { unsafe UnsafeRawBufferPointer(start: $0, count: length) }
    return unsafe (UnsafeRawBufferPointer(start: name, count: nameLength), bytes)
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
