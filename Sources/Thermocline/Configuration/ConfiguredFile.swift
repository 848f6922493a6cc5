/// A path with what named it, for errors about the file: `thermocline.yaml:9: server.tls.key_file`, `--tls-key-file`.
package struct ConfiguredFile: Sendable, Equatable {
  package var path: String
  package var origin: String

  package init(_ path: String, origin: String) {
    self.path = path
    self.origin = origin
  }
}
