#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The memory that this process may have.
enum MachineMemory {
  /// Bytes of the machine, or of the control group that it is in, whichever is less; nil when it cannot be told.
  static func bytes(controlGroup: String = "/sys/fs/cgroup/memory.max") -> Int? {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    let machine = pages > 0 && size > 0 ? Int(pages) * Int(size) : nil
    // "max" = no limit; in a container the file is that of the container's own group.
    let limit = (try? readFirstLine(controlGroup)).flatMap { Int($0) }
    return [machine, limit].compactMap { $0 }.min()
  }
}
