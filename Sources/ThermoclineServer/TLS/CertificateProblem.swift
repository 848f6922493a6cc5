/// Why a certificate and its key cannot be served.
package struct CertificateProblem: Error, Sendable, Equatable {
  /// Which of the two files it is about.
  package enum Part: Sendable { case certificate, key }

  package var part: Part
  /// What is wrong with it and what to do, to follow the file's name. Never shows the key.
  package var text: String

  package init(_ part: Part, _ text: String) {
    self.part = part
    self.text = text
  }
}
