/// A way of packing files that is not read, known by a file's first bytes.
package enum ArchivePacking: String, Sendable, CaseIterable {
  case xz, zstd, bzip2, lz4, zip

  /// How a file that begins with these bytes is packed; nil for text and gzip.
  package static func of(_ head: [UInt8]) -> ArchivePacking? {
    allCases.first { packing in
      packing.magic.allSatisfy { head.dropFirst($0.offset).starts(with: $0.bytes) }
    }
  }

  /// First bytes of a file that are needed to tell.
  package static let headBytes = 10

  /// What prints a file of this kind as it was before.
  package var command: String { self == .zip ? "unzip -p" : "\(rawValue) -dc" }

  /// The magic numbers of the formats' own descriptions: the .xz file format 1.2.1, RFC 8878, bzip2's header and its
  /// block's (the digit between them is the block's size), LZ4's frame format 1.6.4, PKWARE's APPNOTE 6.3.
  private var magic: [(offset: Int, bytes: [UInt8])] {
    switch self {
    case .xz: [(0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00])]
    case .zstd: [(0, [0x28, 0xB5, 0x2F, 0xFD])]
    case .bzip2: [(0, [0x42, 0x5A, 0x68]), (4, [0x31, 0x41, 0x59, 0x26, 0x53, 0x59])]
    case .lz4: [(0, [0x04, 0x22, 0x4D, 0x18])]
    case .zip: [(0, [0x50, 0x4B, 0x03, 0x04])]
    }
  }
}
