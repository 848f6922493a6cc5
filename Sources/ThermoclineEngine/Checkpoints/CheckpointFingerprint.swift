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
    return FNV1a.hash("\(policy) \(outside) \(spans.map(\.milliseconds))")
  }
}
