internal import Synchronization

/// The certificate that new connections get. Those that are open keep the one they began with.
package final class CertificateHolder: Sendable {
  private let state: Mutex<ServerCertificate>

  package init(_ certificate: ServerCertificate) { state = Mutex(certificate) }

  /// Any thread.
  package var current: ServerCertificate { state.withLock { $0 } }

  /// Lets another one hold from the next connection on.
  package func take(_ certificate: ServerCertificate) { state.withLock { $0 = certificate } }
}
