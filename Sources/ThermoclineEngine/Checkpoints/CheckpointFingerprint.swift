import ThermoclineCore
import ThermoclineWindows

/// Tells apart what state depends on besides the messages: with other settings it is not taken over.
package enum CheckpointFingerprint {
  /// - Parameters:
  ///   - policy: `TickObserver.fingerprint`.
  ///   - outside: of what is done to messages before the engine has them.
  package static func of(
    policy: UInt64, windows: WindowSettings, intake: IntakeSettings, outside: UInt64
  ) -> UInt64 {
    let spans = [windows.outOfOrderness, windows.allowedLateness, intake.deduplicate]
    return of("\(policy) \(outside) \(spans.map(\.milliseconds))")
  }

  /// Of a text (FNV-1a of 64 bits).
  package static func of(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }
}
