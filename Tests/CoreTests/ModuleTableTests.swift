import Foundation
import Testing

/// The table of the house: which module may import which, and which folders may touch raw memory. A change of
/// the table is a decision; the README's table of modules says the same for readers.
enum ModuleTable {
  /// What a module's files may import.
  struct Row {
    var modules: Set<String>
    var others: Set<String> = []
  }

  /// The system's C library, by platform.
  static let system: Set<String> = ["Glibc", "Darwin"]

  static let rows: [String: Row] = [
    // Pure: no input or output, no clock, no threads.
    "ThermoclineCore": Row(modules: [], others: ["CPlatform"]),
    "ThermoclineWindows": Row(modules: ["ThermoclineCore"]),
    "ThermoclineHealth": Row(
      modules: ["ThermoclineCore", "ThermoclineWindows"], others: ["RealModule"]),
    "ThermoclinePopulation": Row(modules: ["ThermoclineCore"]),
    "ThermoclineBacktest": Row(modules: ["ThermoclineCore"]),

    "ThermoclineCodec": Row(
      modules: ["ThermoclineCore"],
      others: system.union(["CLZ4", "CPlatform", "CZlib", "Synchronization"])),
    "ThermoclineEngine": Row(
      modules: ["ThermoclineCore", "ThermoclineWindows", "ThermoclineHealth", "ThermoclineCodec"],
      others: system.union(["Dispatch", "Synchronization"])),
    "ThermoclineKafka": Row(
      modules: ["ThermoclineCore", "ThermoclineEngine"], others: ["CRdkafka", "Synchronization"]),
    // Pure: the values of the output topics in another encoding.
    "ThermoclineProtobuf": Row(
      modules: ["ThermoclineCore", "ThermoclineCodec"], others: ["SwiftProtobuf"]),
    // It serves what it is given: what that is stands in the façade.
    "ThermoclineServer": Row(
      modules: ["ThermoclineCore"],
      others: system.union([
        "HTTPTypes", "HummingbirdCore", "Logging", "NIOCore", "NIOHTTPTypes", "NIOPosix",
        "NIOSSL", "Synchronization",
      ])),
    // What the output topics say, kept and shown: it knows neither Kafka nor the job.
    "ThermoclineDashboard": Row(
      modules: ["ThermoclineCore", "ThermoclineCodec", "ThermoclineServer"],
      others: system.union(["GRDB", "Logging", "Synchronization"])),
    // Pure, too: what is to be sent, when, and in which words. Who sends it stands in the façade.
    "ThermoclineNotify": Row(
      modules: ["ThermoclineCore", "ThermoclineCodec"], others: ["Crypto"]),
    "Thermocline": Row(
      modules: [
        "ThermoclineCore", "ThermoclineWindows", "ThermoclineHealth", "ThermoclineCodec",
        "ThermoclineEngine", "ThermoclineKafka", "ThermoclinePopulation", "ThermoclineBacktest",
        "ThermoclineProtobuf", "ThermoclineServer", "ThermoclineDashboard", "ThermoclineNotify",
      ],
      others: system.union([
        "AsyncHTTPClient", "CPlatform", "Dispatch", "Histogram", "Logging", "NIOCore", "NIOHTTP1",
        "Synchronization", "Yams",
      ])),
    // It works through the façade; the modules below are there for the values it hands over.
    "ThermoclineCommand": Row(
      modules: [
        "Thermocline", "ThermoclineCore", "ThermoclineWindows", "ThermoclineHealth",
        "ThermoclineEngine", "ThermoclineKafka", "ThermoclinePopulation", "ThermoclineBacktest",
        "ThermoclineServer", "ThermoclineDashboard", "ThermoclineNotify",
      ],
      others: system.union(["ArgumentParser", "Dispatch", "Logging", "Synchronization"])),
  ]

  /// Folders whose files may say `unsafe` or name an unsafe pointer, with the reason.
  static let unsafeFolders: [String: String] = [
    "ThermoclineCore/Events": "a batch owns the bytes that every stage reads in place",
    "ThermoclineCore/Memory": "the raw storage under all hot structures",
    "ThermoclineWindows/Names": "names are hashed and compared in place",
    "ThermoclineWindows/Store": "an event's names are looked up where they were read",
    "ThermoclineCodec/Archive": "lines are cut out of a block, files are read by the system",
    "ThermoclineCodec/Formats": "text is read, written out and inflated where it stands",
    "ThermoclineCodec/JSON": "text is scanned and written in place",
    "ThermoclineCodec/Native": "events are scanned in place, whole words at a time",
    "ThermoclineCodec/Output": "text of a batch is encoded where it stands",
    "ThermoclineCodec/LZ4": "LZ4's buffers",
    "ThermoclineCodec/Zlib": "zlib's handle and buffers",
    "ThermoclineDashboard/Store": "a damaged file is renamed by the system",
    "ThermoclineEngine/Intake": "ids and users are hashed and copied where they were read",
    "ThermoclineEngine/Ports": "a dead letter is copied out of its batch",
    "ThermoclineEngine/Rings": "the slots of a ring",
    "ThermoclineEngine/Threads": "POSIX threads",
    "Thermocline/Repartition": "an event's text is copied out of its batch",
    "ThermoclineKafka/Admin": "librdkafka's requests to make and describe topics",
    "ThermoclineKafka/Client": "librdkafka's handles and strings",
    "ThermoclineKafka/Consumer": "librdkafka's messages are read in place",
    "ThermoclineKafka/Embedded": "librdkafka's mock cluster",
    "ThermoclineKafka/Errors": "librdkafka's error objects and strings",
    "ThermoclineKafka/Metadata": "librdkafka's metadata",
    "ThermoclineKafka/Ports": "a record's bytes go into a batch",
    "ThermoclineKafka/Producer": "librdkafka takes over what is sent",
    "ThermoclinePopulation/Stream": "messages are written into a batch in place",
    "ThermoclineProtobuf/Generated": "generated: a message's empty storage, which never changes",
    "Thermocline/Bench": "the process's use of time and memory, from the system",
    "Thermocline/Demo": "a record's bytes become text",
    "Thermocline/Inputs": "files and clocks of the system",
    "Thermocline/Produce": "a line of an archive becomes a message",
    "Thermocline/Replay": "files of the system",
    "Thermocline/Topics": "a record is copied out of librdkafka's buffer",
    "Thermocline/Terminal": "the terminal's size and output, from the system",
    "ThermoclineCommand": "the environment",
  ]

  /// Folders whose types may vouch themselves for crossing threads, with the reason.
  static let uncheckedFolders: [String: String] = [
    "ThermoclineCore/Events": "a batch is held by one stage at a time",
    "ThermoclineCore/Memory": "raw storage has one owner",
    "ThermoclineWindows/Names": "raw storage has one owner",
    "ThermoclineCodec/Formats": "a tree of keys never changes",
    "ThermoclineEngine/Rings": "one producer, one consumer, ordered by atomics",
    "ThermoclineEngine/Pipeline": "a shard's state is touched on its queue only",
    "ThermoclineEngine/Ports": "an output batch is handed over once, through a ring",
    "ThermoclineKafka/Client": "librdkafka's handles may be used by any thread",
    "ThermoclineKafka/Consumer": "librdkafka's handles may be used by any thread",
    "ThermoclineKafka/Embedded": "librdkafka's handles may be used by any thread",
    "ThermoclineProtobuf/Generated":
      "generated: a message's storage is copied before it is written",
    "Thermocline/Streaming": "decoder and sink belong to one thread each",
    "ThermoclineCommand": "the status line's counters are touched on its queue only",
  ]
}

@Suite("Table of modules")
struct ModuleTableTests {
  /// A Swift file under `Sources`.
  private struct SourceFile {
    var path: String
    var text: String
    var module: String { String(path.prefix { $0 != "/" }) }
    var folder: String { path.split(separator: "/").dropLast().prefix(2).joined(separator: "/") }
  }

  private let files: [SourceFile]

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    let paths = try FileManager.default.subpathsOfDirectory(
      atPath: root.path(percentEncoded: false))
    files = try paths.filter { $0.hasSuffix(".swift") }.sorted().map {
      SourceFile(path: $0, text: try String(contentsOf: root.appending(path: $0), encoding: .utf8))
    }
  }

  /// Names of the modules a text imports.
  private func imports(_ text: String) -> [String] {
    let line =
      /^[ \t]*(?:@\w+(?:\([^)]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|let|var)[ \t]+)?(\w+)/
      .anchorsMatchLineEndings()
    return text.matches(of: line).map { String($0.1) }
  }

  /// What stands in a text besides its line comments.
  private func code(_ text: String) -> String { text.replacing(/\/\/[^\n]*/, with: "") }

  private func touchesRawMemory(_ text: String) -> Bool {
    code(text).contains(/\bunsafe\b|\bUnsafe\w|\bUnmanaged\b|\bOpaquePointer\b/)
  }

  private func vouchesForThreads(_ text: String) -> Bool {
    code(text).contains(/@unchecked\s+Sendable|nonisolated\(unsafe\)/)
  }

  @Test func everyModuleStandsInTheTable() {
    #expect(Set(files.map(\.module)) == Set(ModuleTable.rows.keys))
  }

  @Test func everyImportIsAllowed() throws {
    for file in files {
      let row = try #require(ModuleTable.rows[file.module], "\(file.path)")
      for name in imports(file.text) where !row.modules.contains(name) {
        #expect(row.others.contains(name), "\(file.path) imports \(name)")
      }
    }
  }

  /// Following the arrows never leads back.
  @Test func arrowsPointDown() {
    var rest = ModuleTable.rows.mapValues(\.modules)
    while let free = rest.first(where: { $0.value.isDisjoint(with: rest.keys) })?.key {
      rest[free] = nil
    }
    #expect(rest.isEmpty, "these import each other: \(rest.keys.sorted())")
  }

  /// The folders are those of the list, neither more nor fewer.
  @Test func rawMemoryStaysInItsFolders() {
    let folders = Set(files.filter { touchesRawMemory($0.text) }.map(\.folder))
    let listed = Set(ModuleTable.unsafeFolders.keys)
    #expect(folders.subtracting(listed).sorted() == [], "not in the list")
    #expect(listed.subtracting(folders).sorted() == [], "no longer needed in the list")
  }

  @Test func typesThatVouchForThreadsStayInTheirFolders() {
    let folders = Set(files.filter { vouchesForThreads($0.text) }.map(\.folder))
    let listed = Set(ModuleTable.uncheckedFolders.keys)
    #expect(folders.subtracting(listed).sorted() == [], "not in the list")
    #expect(listed.subtracting(folders).sorted() == [], "no longer needed in the list")
  }

  @Test func theScansSeeWhatIsThereAndNothingElse() {
    let text = """
      import Alpha
      package import Beta
        internal import Gamma
      @_exported public import struct Delta.Thing
      #if canImport(Epsilon)
      // import Zeta
      let important = "import Eta"
      @preconcurrency import Theta  // why
      """
    #expect(imports(text) == ["Alpha", "Beta", "Gamma", "Delta", "Theta"])
    #expect(touchesRawMemory("let a = unsafe b") && touchesRawMemory("var p: UnsafeRawPointer"))
    #expect(!touchesRawMemory("// SAFETY: unsafe here") && !touchesRawMemory("let unsafely = 1"))
    #expect(vouchesForThreads("final class A: @unchecked Sendable {}"))
    #expect(!vouchesForThreads("/// @unchecked Sendable") && !vouchesForThreads("A: Sendable"))
  }
}
