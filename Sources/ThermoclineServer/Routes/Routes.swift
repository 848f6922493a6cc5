/// A part of the program that answers some paths.
package protocol Routes: Sendable {
  /// Adds its routes; called once, before the server starts.
  func add(to table: inout RouteTable)
}
