import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import Thermocline

@Suite(.enabled(if: TestAuthority.isInstalled, "openssl is not installed: skipped"))
struct CertificateFilesTests {
  private let folder: TemporaryFolder
  private let authority: TestAuthority

  init() throws {
    folder = try TemporaryFolder()
    authority = try TestAuthority("authority", in: folder)
  }

  /// What is said of two files that a configuration in their folder names.
  private func refusal(_ certificate: String, _ key: String) throws -> String {
    let file = folder.path + "/job.yaml"
    let configuration = try JobConfigurationFile.read(
      """
      server:
        tls:
          certificate_file: \(certificate)
          key_file: \(key)
      """, file: file)
    let files = try #require(configuration.server.certificateFiles)
    let failure = #expect(throws: JobFailure.self) { try files.read() }
    #expect(failure?.status == .configuration)
    return try #require(failure?.message.replacing(folder.path + "/", with: ""))
  }

  @Test("what cannot be served is said with file, line, key and remedy")
  func refused() throws {
    _ = try authority.sign("server")
    _ = try authority.sign("other")
    _ = try authority.sign("old", age: 9, days: -2)
    _ = try folder.file("empty", [])
    let certificate = "job.yaml:3: server.tls.certificate_file: "
    let key = "job.yaml:4: server.tls.key_file: "
    #expect(
      try refusal("absent", "server.key")
        == certificate + "absent cannot be read: No such file or directory")
    #expect(try refusal("empty", "server.key") == certificate + "empty holds no certificate in PEM")
    #expect(try refusal("old.pem", "old.key").hasPrefix(certificate + "old.pem expired at 20"))
    #expect(
      try refusal("server.pem", "absent") == key
        + "absent cannot be read: No such file or directory")
    #expect(try refusal("server.pem", "other.key").hasPrefix(key + "other.key is not the key of"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: folder.path + "/server.key")
    #expect(
      try refusal("server.pem", "server.key").hasPrefix(
        key + "server.key can be read by every user of this machine: chmod o= "))
  }

  @Test("one without the other is refused; what names a file is named in errors about it")
  func origins() throws {
    let error = #expect(throws: YAMLFileError.self) {
      try JobConfigurationFile.read("server:\n  tls: {key_file: k}", file: "c.yaml")
    }
    #expect(
      error?.description
        == "c.yaml:2: server.tls.key_file: is set, and server.tls.certificate_file is not; "
        + "allowed: both or neither")
    let variable = "THERMOCLINE_SERVER_TLS_KEY_FILE"
    var configuration = try JobConfigurationFile.read(
      "server: {tls: {certificate_file: c, key_file: k}}", file: "/etc/c.yaml")
    try configuration.apply(ConfigurationOverride.all { $0 == variable ? "other" : nil })
    let files = try #require(configuration.server.certificateFiles)
    #expect(
      files.certificate
        == ConfiguredFile("/etc/c", origin: "/etc/c.yaml:1: server.tls.certificate_file"))
    #expect(files.key == ConfiguredFile("other", origin: variable))
  }
}
