internal import ThermoclineNotify

/// Where a secret stands: never in the configuration itself.
package enum SecretSource: Sendable, Equatable {
  case environment(String)
  case file(String)
  /// In the configuration, for an address that is no secret.
  case plain(String)

  /// The secret, without the end of its line. `key` names it in errors, which never show it.
  func read(
    _ key: String, environment: (_ name: String) -> String?
  ) throws(JobFailure) -> NotifySecret {
    switch self {
    case .plain(let text): return NotifySecret(text)
    case .environment(let name):
      guard let text = environment(name), !text.isEmpty else {
        throw JobFailure(
          .configuration, "\(key): the environment variable \(name) is not set, or empty")
      }
      return NotifySecret(text)
    case .file(let path):
      let line: String
      do throws(FileReadError) { line = try readFirstLine(path) } catch {
        throw JobFailure(.configuration, "\(key): \(path) cannot be read: \(error.reason)")
      }
      guard !line.isEmpty else {
        throw JobFailure(.configuration, "\(key): the first line of \(path) is empty")
      }
      return NotifySecret(line)
    }
  }
}
