internal import Dispatch
internal import Logging
internal import Synchronization
internal import ThermoclineCore
internal import ThermoclineEngine

/// Chunks of checkpoints in files of a folder, so that a start need not read them from their topic.
///
/// A file is the message as it stands in the topic. Which one belongs to a checkpoint the manifest says by its checksum, and
/// that is read from the topic always; a file that is torn, lost or another's is as good as none. What cannot be written is
/// said once and left out. Any thread; several processes may share a folder.
final class CheckpointCache: Sendable {
  private let folder: String
  private let log: Logger
  /// The last file could not be written, and that was said.
  private let isFailing = Mutex(false)

  /// Makes the folder, for its owner only, unless it is there; its parent must exist.
  init(_ folder: String, log: Logger) throws(JobFailure) {
    self.folder = folder
    self.log = log
    try makeFolder(folder)
  }

  /// Keeps a chunk, or forgets it when there is no value. Other keys than those of chunks are passed over.
  func take(key: String, value: [UInt8]?) {
    guard let file = path(of: key) else { return }
    guard let value else { return removeFile(file) }
    do throws(JobFailure) {
      try makeFolder(String(file[..<file.lastIndex(of: "/")!]))
      let output = try OutputFile(path: file)
      try output.write(value)
      try output.finish()
      isFailing.withLock { $0 = false }
    } catch {
      removeFile(file)
      removeFile(file + OutputFile.partial)
      let wasFailing = isFailing.withLock { isFailing in
        defer { isFailing = true }
        return isFailing
      }
      if wasFailing { return }
      log.warning(
        "the checkpoint cache cannot be written; a start reads more from the topic",
        metadata: ["reason": "\(error.message)"])
    }
  }

  /// What is kept of a chunk, whatever it is.
  func chunk(_ key: String) -> [UInt8]? { path(of: key).flatMap { try? readFile($0) } }

  /// Adds the chunks of these partitions that manifests name, that the shelf has not, and that are kept; keeps those that it
  /// has and that are not.
  func exchange(with shelf: inout CheckpointShelf, of names: Set<String>) {
    let named = names.sorted().map { shelf.namedChunks(of: $0) }
    let found = Mutex<[(key: String, value: [UInt8])]>([])
    // Each partition has a folder of its own.
    DispatchQueue.concurrentPerform(iterations: named.count) { index in
      for chunk in named[index] {
        let kept = self.chunk(chunk.key)
        if let bytes = chunk.bytes {
          if bytes != kept { take(key: chunk.key, value: bytes) }
        } else if let kept, chunk.isThis(kept) {
          found.withLock { $0.append((chunk.key, kept)) }
        }
      }
    }
    for chunk in found.withLock({ $0 }) { shelf.take(key: chunk.key, value: chunk.value) }
  }

  /// A folder for each partition of each group; names may hold what a path may not.
  private func path(of key: String) -> String? {
    guard let key = CheckpointKey(key), let number = key.chunkNumber else { return nil }
    return "\(folder)/\(String(FNV1a.hash(key.name), radix: 16))/\(key.slot.rawValue)\(number)"
  }
}
