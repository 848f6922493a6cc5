#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What libFuzzer calls with each input. THERMOCLINE_FUZZ_TARGET says which decoder it goes to; after
/// THERMOCLINE_FUZZ_CPU_SECONDS of the process's processor time, if that is given, the run ends.
///
/// Besides what the sanitizers see, a run fails when two ways that must agree do not: the fast and the
/// exact one, large and small batches, a named format and `auto`, plain and compressed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Targets.current.run(UnsafeRawBufferPointer(start: start, count: count))
  Budget.current.take()
  return 0
}

/// What libFuzzer calls first: the target's own seeds go to the folder that THERMOCLINE_FUZZ_SEEDS names.
@_cdecl("LLVMFuzzerInitialize")
public func prepare(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  guard let folder = getenv("THERMOCLINE_FUZZ_SEEDS").map({ String(cString: $0) }) else { return 0 }
  for (number, seed) in Targets.current.seeds.enumerated() {
    let path = "\(folder)/seed-made-\(number)"
    guard let file = fopen(path, "w") else { fatalError("\(path) cannot be written") }
    require(fwrite(seed, 1, seed.count, file) == seed.count && fclose(file) == 0, path)
  }
  return 0
}

/// How long a run goes on, in processor time: a busy machine makes it no shorter.
struct Budget {
  let seconds: Double?
  var inputs = 0

  nonisolated(unsafe) static var current = Budget(
    seconds: getenv("THERMOCLINE_FUZZ_CPU_SECONDS").flatMap { Double(String(cString: $0)) })

  /// Counts an input; asks libFuzzer to stop when the time is used up.
  mutating func take() {
    inputs += 1
    guard let seconds, inputs % 256 == 0 else { return }
    var used = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used)
    let total = Double(used.tv_sec) + Double(used.tv_nsec) / 1e9
    guard total >= seconds else { return }
    // Standard error, where libFuzzer writes; its stream is not safe for Swift to name.
    let line = "fuzz: cpu_seconds \(Int(total))\n"
    _ = line.withCString { write(2, $0, strlen($0)) }
    self = Budget(seconds: nil)
    raise(SIGUSR1)
  }
}
