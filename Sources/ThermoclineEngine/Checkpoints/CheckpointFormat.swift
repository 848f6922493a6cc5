import ThermoclineCodec
import ThermoclineCore

/// How the messages of a checkpoint are laid out, format 4.
///
/// A chunk: head (magic, format, kind, sequence, number, bytes of content), the content (`CheckpointLayerWriter`) packed by
/// LZ4, CRC-32 of all before. A manifest: head, what the checkpoint is of, its layers, the parts of the state, the checksum
/// of every chunk, CRC-32 of all before. Numbers of fixed width are written with the lowest byte first. Any change of the
/// state's layout, a row's fields included, is another format.
///
/// Format 3 had the counts of open panes in blocks of their own, and nothing of what tallies of segments got since
/// (`SegmentTallies.readAdded`) and no weeks of users (`UsageTable`). Format 2 besides packed with zlib, had the hash of a
/// name in its slot, and events that are counted one by one in rows of their own. A chain of either goes on with layers
/// of this format where its pages did not move. Format 1 had one layer besides, the state itself cut into pieces, under
/// the keys of the manifest's slot.
enum CheckpointFormat {
  static let version: UInt8 = 4
  /// The content of one chunk: packed it fits a Kafka message, even where packing does not make it smaller.
  static let pieceBytes = 480 << 10
  static let magic: [UInt8] = Array("TCCP".utf8)

  enum Kind: UInt8 {
    case chunk = 1
    case manifest = 2
  }

  /// Why a message of a checkpoint is of no use.
  enum Damage: Error, Equatable {
    case cut
    case foreign
    case version(UInt8)
    case checksum
    case content
  }

  /// Packs the content of a chunk.
  static func chunk(_ piece: [UInt8], index: Int, of sequence: Int64) -> [UInt8] {
    var bytes = head(.chunk)
    append(UInt64(bitPattern: sequence), to: &bytes)
    append(UInt64(index), to: &bytes)
    append(UInt64(piece.count), to: &bytes)
    bytes += LZ4Block.pack(piece)
    return sealed(bytes)
  }

  /// The content of a chunk that `open` found whole, which must be this one.
  static func state(
    in chunk: [UInt8], index: Int, of sequence: Int64
  ) throws(Damage) -> [UInt8] {
    var place = magic.count + 2
    guard try number(chunk, &place) == UInt64(bitPattern: sequence),
      try number(chunk, &place) == UInt64(index)
    else { throw .foreign }
    let count = try number(chunk, &place)
    guard count <= UInt64(pieceBytes) else { throw .content }
    let packed = chunk[place..<chunk.count - 4]
    let unpack = chunk[magic.count] < 3 ? ZlibBytes.unpack : LZ4Block.unpack
    guard let state = unpack(packed, Int(count)) else { throw .content }
    return state
  }

  static func head(_ kind: Kind) -> [UInt8] { magic + [version, kind.rawValue] }

  static func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let sum = crc32(bytes.span)
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: sum >> shift))
    }
    return bytes
  }

  /// The checksum at the end of a sealed message.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    bytes.suffix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Checks a message's head and checksum; gives the place after the head.
  static func open(_ bytes: [UInt8], _ kind: Kind) throws(Damage) -> Int {
    guard bytes.count >= magic.count + 6 else { throw .cut }
    guard bytes.starts(with: magic) else { throw .foreign }
    let version = bytes[magic.count]
    guard (1...Self.version).contains(version) else { throw .version(version) }
    guard crc32(bytes.span.extracting(droppingLast: 4)) == checksum(bytes) else { throw .checksum }
    guard bytes[magic.count + 1] == kind.rawValue else { throw .foreign }
    return magic.count + 2
  }

  static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// A number of eight bytes before the checksum.
  static func number(_ bytes: [UInt8], _ place: inout Int) throws(Damage) -> UInt64 {
    guard place + 8 <= bytes.count - 4 else { throw .cut }
    defer { place += 8 }
    return bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
