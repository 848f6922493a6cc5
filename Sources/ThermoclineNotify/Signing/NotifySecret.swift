/// A key, or an address that is one. No text made of it shows it.
package struct NotifySecret: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// In the clear, for the request that needs it.
  package let text: String

  package init(_ text: String) { self.text = text }

  package var description: String { "(hidden)" }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
