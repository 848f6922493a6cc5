/// Why a server cannot start; the text names the address and the remedy.
package struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
