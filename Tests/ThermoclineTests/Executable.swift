import Foundation
import Synchronization

/// The command line tool that was built together with these tests.
enum Executable {
  struct Ended {
    var status: Int32
    var standardOutput: String
    var standardError: String
  }

  /// nil when it is not built.
  static let path: String? = {
    let bundle = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let candidates = ["thermocline", "ThermoclineCommand"].flatMap { name in
      [bundle.deletingLastPathComponent(), Bundle.main.bundleURL].map {
        $0.appending(path: name).path
      }
    }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Where a program of this name is; nil when it is not installed.
  static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// A Python that has a module, that of `make examples` first; nil where there is none.
  static func python(with module: String) -> String? {
    [packageRoot.appending(path: ".build/examples/bin/python3").path, find("python3")]
      .compactMap { $0 }.first { path in
        guard FileManager.default.isExecutableFile(atPath: path) else { return false }
        let probe = try? Started(path, ["-c", "import \(module)"], nil, [:])
        return probe?.wait().status == 0
      }
  }

  static func run(_ arguments: [String]) throws -> Ended { try start(arguments).wait() }

  static func start(
    _ arguments: [String], in folder: String? = nil, environment: [String: String] = [:]
  ) throws -> Started {
    try Started(path!, arguments, folder, environment)
  }

  /// A process under way.
  final class Started: Sendable {
    private let process = Process()
    private let output = Pipe()
    private let error = Pipe()
    /// What the process has written to standard error and nobody has read: it never waits for a reader.
    private let said = Mutex((text: [UInt8](), isWhole: false))
    private let news = DispatchSemaphore(value: 0)

    init(
      _ path: String, _ arguments: [String], _ folder: String?, _ environment: [String: String]
    ) throws {
      process.executableURL = URL(filePath: path)
      process.arguments = arguments
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      if let folder { process.currentDirectoryURL = URL(filePath: folder) }
      process.standardOutput = output
      process.standardError = error
      process.standardInput = FileHandle.nullDevice
      try process.run()
      Thread.detachNewThread { [error, weak self] in
        while true {
          let piece = error.fileHandleForReading.availableData
          guard let self else { return }
          self.said.withLock {
            $0.text += piece
            $0.isWhole = piece.isEmpty
          }
          self.news.signal()
          if piece.isEmpty { return }
        }
      }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// Waits for the next line of standard output; nil at its end.
    func readLine() -> String? {
      var line: [UInt8] = []
      while let byte = output.fileHandleForReading.readData(ofLength: 1).first {
        if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
        line.append(byte)
      }
      return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    /// Waits for the next line of standard error; nil at its end.
    func readErrorLine() -> String? {
      while true {
        let (line, isWhole) = said.withLock { said in
          let end = said.text.firstIndex(of: 0x0A) ?? said.text.endIndex
          guard end < said.text.endIndex || said.isWhole else { return (nil as String?, false) }
          let line = String(decoding: said.text[..<end], as: UTF8.self)
          said.text.removeFirst(min(end + 1, said.text.count))
          return (line.isEmpty && said.isWhole && said.text.isEmpty ? nil : line, true)
        }
        if isWhole { return line }
        news.wait()
      }
    }

    var isRunning: Bool { process.isRunning }

    var number: Int32 { process.processIdentifier }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Whether a process says that this one is its parent.
    var hasChildren: Bool {
      let own = "\(process.processIdentifier)"
      let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return numbers.contains { number in
        guard Int(number) != nil,
          let status = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
          let end = status.lastIndex(of: ")")
        else { return false }
        let fields = status[status.index(after: end)...].split(separator: " ")
        return fields.count > 1 && fields[1] == own
      }
    }

    /// Waits for the end.
    func wait() -> Ended {
      let out = output.fileHandleForReading.readDataToEndOfFile()
      while !said.withLock(\.isWhole) { news.wait() }
      process.waitUntilExit()
      let err = said.withLock { $0.text }
      return Ended(
        status: process.terminationStatus, standardOutput: String(decoding: out, as: UTF8.self),
        standardError: String(decoding: err, as: UTF8.self))
    }
  }
}
