import ThermoclineCore

/// What is written as state, in one piece whatever the pieces are.
package func stateBytes(_ write: (inout StateWriter) -> Void) -> [UInt8] {
  var bytes: [UInt8] = []
  var state = StateWriter(pieceBytes: 4_096) { piece, _ in bytes += piece }
  write(&state)
  state.finish()
  return bytes
}
