import Foundation
import Testing
import ThermoclineCore
import ThermoclineTestKit

extension TestEvent {
  /// The event as a line of an archive.
  var line: String {
    """
    {"type":"\(type)","account":"\(account)","user":"\(user)","ts":\(time),"value":\(value)}
    """
  }
}

/// The folder of Package.swift.
let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
