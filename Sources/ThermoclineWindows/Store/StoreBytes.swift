/// Bytes that a store holds, by part.
package struct StoreBytes: Sendable, Equatable {
  package var names: Int
  package var entities: Int
  package var rows: Int
  package var openPanes: Int
  package var log: Int
  package var wheel: Int

  /// The parts with their names, for whoever looks for where memory goes.
  package var named: [(part: String, bytes: Int)] {
    [
      ("names", names), ("entities", entities), ("rows", rows), ("openPanes", openPanes),
      ("log", log), ("wheel", wheel),
    ]
  }

  package var total: Int { names + entities + rows + openPanes + log + wheel }
}
