package import Logging
internal import Yams

extension JobConfiguration.Server {
  /// The files for TLS; nil without it.
  package var certificateFiles: CertificateFiles? {
    guard let certificateFile, let keyFile else { return nil }
    return CertificateFiles(certificate: certificateFile, key: keyFile)
  }

  /// Reads the certificate and follows its files from here on; nil without TLS. Throws where they cannot be served.
  package func certificateWatch(log: Logger) throws(JobFailure) -> CertificateWatch? {
    guard listen != nil, let certificateFiles else { return nil }
    let watch = try CertificateWatch(certificateFiles, log: log)
    watch.start()
    return watch
  }

  /// Takes the paths that a configuration file gave as relative to its folder; errors about them name its lines.
  mutating func settle(besides file: String, _ root: Node) {
    func settled(_ named: ConfiguredFile) -> ConfiguredFile {
      let line = YAMLFile.line(of: named.origin, in: root).map { ":\($0)" } ?? ""
      return ConfiguredFile(
        JobConfigurationFile.path(named.path, besides: file),
        origin: "\(file)\(line): \(named.origin)")
    }
    tokenFile = tokenFile.map { JobConfigurationFile.path($0, besides: file) }
    certificateFile = certificateFile.map(settled)
    keyFile = keyFile.map(settled)
  }

  /// Says where the value of a key came from, if it is a file's.
  mutating func name(_ key: String, _ origin: String) {
    switch key {
    case "server.tls.certificate_file": certificateFile?.origin = origin
    case "server.tls.key_file": keyFile?.origin = origin
    default: break
    }
  }
}
