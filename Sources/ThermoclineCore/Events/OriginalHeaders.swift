/// The headers that came with a message, for its dead letter.
public struct OriginalHeaders: Sendable, Equatable {
  /// One header.
  public struct Header: Sendable, Equatable {
    /// The name; what is not UTF-8 is repaired.
    public var name: String
    /// The value; nil is Kafka's null.
    public var value: [UInt8]?

    public init(_ name: String, _ value: [UInt8]?) {
      self.name = name
      self.value = value
    }
  }

  /// In their order; at most `Limits.letterHeadersMax` with `Limits.letterHeadersBytesMax` bytes.
  public internal(set) var all: [Header] = []
  /// Headers behind those, which are left out because one more would have passed a bound.
  public internal(set) var leftOutCount = 0

  /// No headers.
  public init() {}

  /// Headers that were within the bounds before.
  package init(_ all: [Header], leftOutCount: Int) {
    self.all = all
    self.leftOutCount = leftOutCount
  }

  /// Bytes of the names and values.
  public var bytesCount: Int {
    all.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) }
  }
}
