import Foundation
import Logging
import Synchronization
import Testing
import ThermoclineCore
import ThermoclineServer
import ThermoclineTestKit

@testable import Thermocline

/// Files that change, and a clock that the test turns.
@Suite(.enabled(if: TestAuthority.isInstalled, "openssl is not installed: skipped"))
struct CertificateWatchTests {
  private let folder: TemporaryFolder
  private let authority: TestAuthority
  private let log = LogLines()
  private let clock = Clock()

  private final class Clock: Sendable {
    let time = Mutex(wallClock())
  }

  init() throws {
    folder = try TemporaryFolder()
    authority = try TestAuthority("authority", in: folder)
  }

  private func watch(_ pair: TestAuthority.Pair) throws -> CertificateWatch {
    let files = CertificateFiles(
      certificate: ConfiguredFile(pair.certificate, origin: "--certificate"),
      key: ConfiguredFile(pair.key, origin: "--key"))
    let log = log
    let clock = clock
    return try CertificateWatch(
      files, log: Logger(label: "test") { _ in log }, clock: { clock.time.withLock { $0 } })
  }

  private func pass(days: Int64) { clock.time.withLock { $0 = $0 + .days(days) } }

  private func said(_ text: String) -> Int { log.all.filter { $0.hasPrefix(text) }.count }

  @Test("a renewed pair is taken, in whichever order its files come")
  func renewed() throws {
    let pair = try authority.sign("server", days: 30)
    let next = try authority.sign("next", days: 60)
    let watch = try watch(pair)
    let before = watch.holder.current.expires
    watch.look()
    #expect(log.all.isEmpty)
    try folder.move(next.certificate, onto: pair.certificate)
    watch.look()
    // Its key is not there yet.
    #expect(watch.holder.current.expires == before && said("a certificate was refused") == 1)
    try folder.move(next.key, onto: pair.key)
    watch.look()
    #expect((29...31).contains((watch.holder.current.expires - before).milliseconds / 86_400_000))
    #expect(said("a new certificate is served") == 1)
    watch.look()
    #expect(log.all.count == 2, "\(log.all)")
  }

  @Test("a broken file is said once, the one before stays, and a whole one is taken again")
  func broken() throws {
    let pair = try authority.sign("server", days: 30)
    let watch = try watch(pair)
    let whole = try Data(contentsOf: URL(filePath: pair.certificate))
    for text in ["none", "none either"] {
      try Data(text.utf8).write(to: URL(filePath: pair.certificate))
      for _ in 0..<3 { watch.look() }
    }
    #expect(log.all.count == 1, "\(log.all)")
    #expect(
      log.all.first?.contains("reason=--certificate: \(pair.certificate) holds no certificate")
        == true)
    try FileManager.default.removeItem(atPath: pair.certificate)
    watch.look()
    #expect(log.all.count == 2 && log.all[1].contains("No such file"))
    try whole.write(to: URL(filePath: pair.certificate))
    watch.look()
    #expect(log.all.count == 3 && said("a new certificate is served") == 1)
  }

  @Test("the end is said once a day from fourteen days before on, and once when it has come")
  func expiry() throws {
    let pair = try authority.sign("server", days: 20)
    let watch = try watch(pair)
    for _ in 0..<5 {
      for _ in 0..<3 { watch.look() }
      pass(days: 1)
    }
    #expect(log.all.isEmpty)
    for _ in 0..<20 {
      for _ in 0..<3 { watch.look() }
      pass(days: 1)
    }
    #expect(said("the certificate expires soon days=13 ") == 1)
    #expect(said("the certificate expires soon days=0 ") == 1)
    #expect(said("the certificate expires soon") == 14)
    #expect(said("the certificate has expired") == 1 && log.all.count == 15)
    // What is put in its place is served, as if nothing had been.
    let next = try authority.sign("next", days: 90)
    try folder.move(next.key, onto: pair.key)
    try folder.move(next.certificate, onto: pair.certificate)
    watch.look()
    #expect(said("a new certificate is served") == 1 && log.all.count == 16)
  }
}
