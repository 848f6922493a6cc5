#if canImport(Glibc)
  internal import Glibc
#endif

/// Processor time of this process by the names of its threads, as Linux accounts for it. Empty elsewhere.
struct ThreadUsage: Sendable {
  /// Seconds of the living threads of each name.
  private(set) var seconds: [String: Double] = [:]

  /// The embedded broker's thread, by the name librdkafka gives it.
  static let broker = "rdk:mock"

  static func now() -> ThreadUsage {
    var usage = ThreadUsage()
    for task in tasks() {
      let folder = "/proc/self/task/\(task)"
      guard let name = try? readFile(folder + "/comm"),
        let times = try? readFile(folder + "/schedstat")
      else { continue }
      let text = String(decoding: name, as: UTF8.self).filter { $0 != "\n" }
      let nanoseconds = String(decoding: times, as: UTF8.self).split(separator: " ").first
      usage.seconds[text, default: 0] += (Double(nanoseconds ?? "") ?? 0) / 1e9
    }
    return usage
  }

  /// Seconds of threads of this name since an earlier look.
  func seconds(of name: String, since start: ThreadUsage) -> Double {
    max(0, (seconds[name] ?? 0) - (start.seconds[name] ?? 0))
  }

  private static func tasks() -> [String] {
    #if canImport(Glibc)
      guard let folder = unsafe opendir("/proc/self/task") else { return [] }
      defer { unsafe closedir(folder) }
      var names: [String] = []
      // SAFETY: the entry and its name live until the next call.
      while let entry = unsafe readdir(folder) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
          unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
        }
        if name.first?.isNumber == true { names.append(name) }
      }
      return names
    #else
      return []
    #endif
  }
}
