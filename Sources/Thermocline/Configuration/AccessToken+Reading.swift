package import ThermoclineServer

/// Tokens as people give them. No error shows one, nor what stands in its place.
extension AccessToken {
  /// The token that is given; nil = none. A file goes before texts; of those the first that is there.
  package static func given(
    file: ConfiguredFile?, texts: [(origin: String, text: String?)]
  ) throws(JobFailure) -> AccessToken? {
    if let file { return try AccessToken(file: file) }
    for case (let origin, let text?) in texts {
      guard let token = AccessToken(text) else {
        throw JobFailure(.usage, "\(origin): no token; allowed: \(allowed)")
      }
      return token
    }
    return nil
  }

  /// The first line of a file.
  init(file: ConfiguredFile) throws(JobFailure) {
    let line: String
    do throws(FileReadError) { line = try readFirstLine(file.path) } catch {
      throw JobFailure(
        .configuration, "\(file.origin): \(file.path) cannot be read: \(error.reason)")
    }
    guard let token = AccessToken(line) else {
      throw JobFailure(
        .configuration,
        "\(file.origin): the first line of \(file.path) is no token; allowed: \(Self.allowed)")
    }
    self = token
  }
}

extension JobConfiguration.Server {
  /// The token as it is configured, from its file where it stands in one; nil = none. `origin`: what named the file, for
  /// the error.
  package func accessToken(origin: String = "server.token_file") throws(JobFailure) -> AccessToken?
  {
    guard let tokenFile else { return token }
    return try AccessToken(file: ConfiguredFile(tokenFile, origin: origin))
  }
}
