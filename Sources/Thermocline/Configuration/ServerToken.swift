package import ThermoclineServer

extension JobConfiguration.Server {
  /// The token as it is configured, from its file where it stands in one; nil = none. Neither token nor content is ever
  /// part of the error. `origin`: what named the file, for the error.
  package func accessToken(origin: String = "server.token_file") throws(JobFailure) -> AccessToken?
  {
    guard let tokenFile else { return token }
    let line: String
    do throws(FileReadError) { line = try readFirstLine(tokenFile) } catch {
      throw JobFailure(
        .configuration, "\(origin): \(tokenFile) cannot be read: \(error.reason)")
    }
    guard let token = AccessToken(line) else {
      throw JobFailure(
        .configuration,
        "\(origin): the first line of \(tokenFile) is no token; allowed: \(AccessToken.bytesMin) to "
          + "\(AccessToken.bytesMax) visible ASCII characters")
    }
    return token
  }
}
