/// Why an archive cannot be read, or not to its end.
package struct ArchiveError: Error, Equatable, CustomStringConvertible {
  package enum Kind: Sendable, Equatable {
    case notFound
    case isDirectory
    case notPermitted
    /// The system's code for any other failure to open or read.
    case unreadable(code: Int32)
    /// The gzip data ends too early. Every whole line before the cut has been delivered.
    case truncated
    /// The gzip data is damaged. Every whole line before the damage has been delivered.
    case corrupt(detail: String)
    /// The file is packed in a way that is not read.
    case packedOtherwise(ArchivePacking)
    /// The first line does not name the columns that are needed.
    case badHeader(detail: String)
  }

  package var kind: Kind
  package var path: String
  /// Byte of the file, compressed as it is, at which reading ended.
  package var byteOffset: Int64

  package var description: String {
    switch kind {
    case .notFound: "\(path): there is no such file"
    case .isDirectory: "\(path): this is a directory, not a file"
    case .notPermitted: "\(path): reading it is not permitted"
    case .unreadable(let code): "\(path): reading failed at byte \(byteOffset) with error \(code)"
    case .truncated: "\(path): the gzip data is cut off at byte \(byteOffset)"
    case .corrupt(let detail):
      "\(path): the gzip data is damaged before byte \(byteOffset)"
        + (detail.isEmpty ? "" : " (\(detail))")
    case .packedOtherwise(let packing):
      "\(path): the file is packed by \(packing.rawValue), and only plain text and gzip are read; unpack it first: "
        + "\(packing.command) \(path)"
    case .badHeader(let detail): "\(path): the first line is no header to read events by: \(detail)"
    }
  }
}
