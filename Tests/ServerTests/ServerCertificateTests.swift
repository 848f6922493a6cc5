import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineServer

/// Certificates made by openssl, and what openssl says of them.
@Suite(.enabled(if: TestAuthority.isInstalled, "openssl is not installed: skipped"))
struct ServerCertificateTests {
  private let folder: TemporaryFolder
  private let authority: TestAuthority
  private let now = EventTime(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1_000))

  init() throws {
    folder = try TemporaryFolder()
    authority = try TestAuthority("authority", in: folder)
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
  }

  private func problem(
    _ chain: [UInt8], _ key: [UInt8], at time: EventTime? = nil
  ) -> CertificateProblem? {
    #expect(throws: CertificateProblem.self) {
      try ServerCertificate(chain: chain, key: key, now: time ?? now)
    }
  }

  /// When openssl says that a certificate ends.
  private func end(_ path: String) throws -> EventTime {
    let said = try TestAuthority.openssl(["x509", "-in", path, "-noout", "-enddate"])
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.dateFormat = "'notAfter='MMM d HH:mm:ss yyyy zzz"
    let date = try #require(format.date(from: said.trimmingCharacters(in: .newlines)))
    return EventTime(milliseconds: Int64(date.timeIntervalSince1970 * 1_000))
  }

  @Test("it expires when openssl says, and with a chain when the first of it does")
  func expiry() throws {
    let pair = try authority.sign("server", days: 9)
    let key = try bytes(pair.key)
    let alone = try ServerCertificate(chain: bytes(pair.certificate), key: key, now: now)
    #expect(try alone.expires == end(pair.certificate))
    let other = try authority.sign("other", days: 3)
    let chain = try bytes(pair.certificate) + bytes(other.certificate)
    #expect(
      try ServerCertificate(chain: chain, key: key, now: now).expires == end(other.certificate))
  }

  @Test func whatCannotBeServedIsNamed() throws {
    let pair = try authority.sign("server")
    let other = try authority.sign("other")
    let old = try authority.sign("old", age: 9, days: -2)
    let locked = folder.path + "/locked.key"
    try TestAuthority.openssl([
      "ec", "-in", pair.key, "-aes256", "-passout", "pass:hunter2", "-out", locked,
    ])
    let (chain, key) = try (bytes(pair.certificate), bytes(pair.key))
    #expect(problem(Array("none".utf8), key)?.part == .certificate)
    #expect(problem([], key)?.part == .certificate)
    #expect(problem(key, key)?.part == .certificate)
    #expect(problem(chain, chain)?.part == .key)
    #expect(problem(chain, Array(key.dropLast(60)))?.part == .key)
    #expect(problem(chain, try bytes(locked))?.text.contains("passphrase") == true)
    let swapped = problem(chain, try bytes(other.key))
    #expect(swapped?.part == .key && swapped?.text.contains("not the key") == true)
    let expired = problem(try bytes(old.certificate), try bytes(old.key))
    #expect(expired?.part == .certificate && expired?.text.contains("expired") == true)
    let early = problem(chain, key, at: now - .days(2))
    #expect(early?.part == .certificate && early?.text.contains("is valid from") == true)
    #expect(problem(chain, key, at: try end(pair.certificate))?.text.contains("expired") == true)
  }
}
