internal import NIOCore
internal import NIOPosix
internal import NIOSSL

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Why nobody can be reached at an address, or nothing can listen there, in words.
enum SocketFailure {
  static func text(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      // One for each address that the name has; they seldom differ.
      error.connectionErrors.first.map { text($0.error) } ?? "the name \(error.host) is not known"
    case let error as IOError: text(error)
    case ChannelError.connectTimeout: "no answer in time"
    case SocketAddressError.unknown(let host, _): "the name \(host) is not known"
    case let error as SocketAddressError.UnknownHost: "the name \(error.host) is not known"
    case let error as NIOSSLExtraError where error == .failedToValidateHostname:
      "its certificate is for other names"
    case NIOSSLError.handshakeFailed(let error): text(error)
    default: "\(error)"
    }
  }

  private static func text(_ error: BoringSSLError) -> String {
    let all = "\(error)"
    return if all.contains("CERTIFICATE_VERIFY_FAILED") {
      "its certificate is not trusted: it has expired, or its authority is not known here"
    } else if all.contains("WRONG_VERSION_NUMBER") {
      "it does not speak TLS"
    } else {
      "no TLS connection comes about: \(all)"
    }
  }

  private static func text(_ error: IOError) -> String {
    switch error.errnoCode {
    case ECONNREFUSED: "the connection was refused"
    case EADDRINUSE: "another program listens there"
    case EADDRNOTAVAIL: "this machine has no such address"
    case EACCES, EPERM: "the process has no right to"
    case EHOSTUNREACH, ENETUNREACH: "no way leads there"
    case ECONNRESET: "the connection was cut"
    default: "\(error)"
    }
  }
}
