internal import NIOSSL

/// Whose certificates a client of ours believes.
package struct ClientTrust: Sendable {
  let context: NIOSSLContext

  /// The authorities in a text of PEM and no others; nil = those that the system believes.
  package init(authorities: [UInt8]?) throws(ServerError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if let authorities {
      guard let roots = try? NIOSSLCertificate.fromPEMBytes(authorities), !roots.isEmpty else {
        throw ServerError("holds no certificate in PEM")
      }
      configuration.trustRoots = .certificates(roots)
    }
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw ServerError("TLS cannot be used: \(error)")
    }
  }
}
