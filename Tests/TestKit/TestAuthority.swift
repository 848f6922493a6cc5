import Foundation
public import NIOSSL

/// An authority of a test's own that signs certificates, by the system's openssl.
public final class TestAuthority {
  /// A certificate with its key: the files' paths.
  public struct Pair: Sendable {
    public var certificate: String
    public var key: String
  }
  private struct Failed: Error, CustomStringConvertible { var description: String }

  private let folder: TemporaryFolder
  private let name: String
  /// The authority's own certificate.
  public let certificate: String

  public static let isInstalled: Bool = (try? openssl(["version"])) != nil

  /// Keeps its files in the folder, under its name.
  public init(_ name: String, in folder: TemporaryFolder) throws {
    self.folder = folder
    self.name = name
    certificate = "\(folder.path)/\(name).pem"
    let settings = try folder.file(
      "\(name).cnf",
      lines: [
        "[req]", "distinguished_name = name", "x509_extensions = authority", "prompt = no",
        "[name]", "CN = \(name)", "[authority]", "basicConstraints = critical,CA:TRUE",
      ])
    try Self.openssl(
      ["req", "-x509", "-config", settings, "-days", "365", "-out", certificate]
        + Self.newKey("\(folder.path)/\(name).key"))
  }

  /// Signs a certificate for names as openssl writes them, from `age` days ago until in `days`: negative for one that
  /// has expired.
  public func sign(
    _ file: String, names: String = "DNS:localhost,IP:127.0.0.1", age: Int = 1, days: Int = 90
  ) throws -> Pair {
    let base = "\(folder.path)/\(file)"
    let settings = try folder.file(
      "\(file).cnf",
      lines: [
        "[req]", "distinguished_name = name", "prompt = no", "[name]", "CN = \(file)",
        "[ca]", "default_ca = own", "[own]", "database = \(base).index",
        "new_certs_dir = \(folder.path)", "serial = \(base).serial", "policy = any",
        "default_md = sha256", "[any]", "commonName = supplied",
        "[server]", "subjectAltName = \(names)",
      ])
    _ = try folder.file("\(file).index", [])
    try Self.openssl(
      ["req", "-config", settings, "-out", base + ".csr"] + Self.newKey(base + ".key"))
    try Self.openssl([
      "ca", "-batch", "-notext", "-config", settings, "-in", base + ".csr",
      "-cert", certificate, "-keyfile", "\(folder.path)/\(name).key", "-create_serial",
      "-startdate", Self.time(days: -age), "-enddate", Self.time(days: days),
      "-extensions", "server", "-out", base + ".pem",
    ])
    return Pair(certificate: base + ".pem", key: base + ".key")
  }

  private static func time(days: Int) -> String {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "UTC")
    format.dateFormat = "yyyyMMddHHmmss'Z'"
    return format.string(from: .now + TimeInterval(days) * 86_400)
  }

  /// What a client needs that believes this authority alone.
  public func client(
    _ change: (inout TLSConfiguration) -> Void = { _ in }
  ) throws -> NIOSSLContext {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.trustRoots = .file(certificate)
    change(&configuration)
    return try NIOSSLContext(configuration: configuration)
  }

  private static func newKey(_ path: String) -> [String] {
    ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path]
  }

  /// Runs openssl and gives what it writes.
  @discardableResult
  public static func openssl(_ arguments: [String]) throws -> String {
    let process = Process()
    let (output, error) = (Pipe(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = error
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    let complained = error.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failed(description: String(decoding: complained, as: UTF8.self))
    }
    return String(decoding: said, as: UTF8.self)
  }
}
