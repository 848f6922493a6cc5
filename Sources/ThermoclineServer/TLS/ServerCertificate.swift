internal import NIOSSL
package import ThermoclineCore

/// A certificate with its chain and its key, ready for new connections: TLS 1.2 at least.
package struct ServerCertificate: Sendable {
  let context: NIOSSLContext
  /// When the first of the chain expires.
  package let expires: EventTime

  /// `chain`: the server's own certificate, then those that lead from it to an authority, in PEM; `key`: its private
  /// key, in PEM, without a passphrase. Throws where the two cannot be served at `now`.
  package init(chain: [UInt8], key: [UInt8], now: EventTime) throws(CertificateProblem) {
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(chain), !certificates.isEmpty
    else { throw CertificateProblem(.certificate, "holds no certificate in PEM") }
    guard let privateKey = try? NIOSSLPrivateKey(bytes: key, format: .pem) else {
      throw CertificateProblem(.key, "holds no private key in PEM, or one with a passphrase")
    }
    let begins = certificates.map(\.notValidBefore).max() ?? 0
    let ends = certificates.map(\.notValidAfter).min() ?? 0
    expires = EventTime(milliseconds: Int64(ends) * 1_000)
    guard now < expires else {
      throw CertificateProblem(.certificate, "expired at \(expires); have it renewed")
    }
    let valid = EventTime(milliseconds: Int64(begins) * 1_000)
    guard now >= valid else {
      throw CertificateProblem(
        .certificate, "is valid from \(valid) on only; look at the clock, or wait")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw CertificateProblem(
        .key, "is not the key of the certificate; name the two that were made together")
    }
  }
}
