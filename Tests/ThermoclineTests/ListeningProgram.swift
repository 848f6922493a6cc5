import Foundation
import Testing
import ThermoclineServer
import ThermoclineTestKit

@testable import Thermocline

/// Somebody else's server, with a folder of its own that is gone after the test. Made for programs that log
/// `msg="Listening on" address=…`, as those of the Prometheus project do.
final class ListeningProgram {
  private let process = Process()
  let folder: TemporaryFolder
  let address: ListenAddress

  /// Starts it and waits until it listens. `arguments` gets the folder.
  init(_ path: String, arguments: (TemporaryFolder) throws -> [String]) throws {
    folder = try TemporaryFolder()
    let log = try folder.file("log", [])
    process.executableURL = URL(filePath: path)
    process.arguments = try arguments(folder)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
    try process.run()
    var found: ListenAddress?
    while found == nil, process.isRunning {
      pauseBriefly()
      let text = try String(contentsOfFile: log, encoding: .utf8)
      found = text.firstMatch(of: /msg="Listening on" address=(\S+)\n/).flatMap {
        ListenAddress(String($0.1))
      }
    }
    let said = try folder.text("log")
    address = try #require(found, "\(said)")
  }

  deinit {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
  }
}
