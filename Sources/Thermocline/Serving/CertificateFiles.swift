internal import ThermoclineCore
package import ThermoclineServer

/// The two files that a server needs for TLS.
package struct CertificateFiles: Sendable, Equatable {
  package var certificate: ConfiguredFile
  package var key: ConfiguredFile
  /// Bytes of each.
  private static let bytesMax: Int64 = 1_048_576

  package init(certificate: ConfiguredFile, key: ConfiguredFile) {
    self.certificate = certificate
    self.key = key
  }

  /// What they look like from outside.
  var stamps: [FileStamp] { [certificate, key].map { FileStamp($0.path) } }

  /// Reads both. Throws, with file and remedy, where they cannot be served now.
  package func read() throws(JobFailure) -> ServerCertificate { try read(now: wallClock()) }

  /// The same as if it were another time.
  func read(now: EventTime) throws(JobFailure) -> ServerCertificate {
    let chain = try Self.bytes(certificate)
    if isReadableByOthers(key.path) {
      throw Self.failure(key, "can be read by every user of this machine: chmod o= \(key.path)")
    }
    let secret = try Self.bytes(key)
    do throws(CertificateProblem) {
      return try ServerCertificate(chain: chain, key: secret, now: now)
    } catch {
      throw Self.failure(error.part == .key ? key : certificate, error.text)
    }
  }

  private static func bytes(_ file: ConfiguredFile) throws(JobFailure) -> [UInt8] {
    guard fileSize(file.path) <= bytesMax else { throw failure(file, "is larger than 1 MiB") }
    do throws(FileReadError) { return try readFile(file.path) } catch {
      throw failure(file, "cannot be read: \(error.reason)")
    }
  }

  private static func failure(_ file: ConfiguredFile, _ problem: String) -> JobFailure {
    JobFailure(.configuration, "\(file.origin): \(file.path) \(problem)")
  }
}
