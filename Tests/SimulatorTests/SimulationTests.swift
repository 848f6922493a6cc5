import Foundation
import Testing
import ThermoclineSimulator

/// `make sim SEED=7` runs one seed, `make soak` runs on and on; without either, as many seeds as CI has time for.
@Suite struct SimulationTests {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }
  private static let seed = number("THERMOCLINE_SIM_SEED")
  private static let count = number("THERMOCLINE_SIM_COUNT")

  private static var seeds: Range<UInt64> {
    let first = seed ?? 1
    return first..<first + (count ?? (seed == nil ? 300 : 1))
  }

  @Test("a read_committed reader sees what an undisturbed run says, whatever fails")
  func everySeed() {
    let seeds = Self.seeds
    if Self.seed != nil { print("seeds \(seeds)") }
    var counts = SimulationCounts()
    for seed in seeds {
      let simulation = Simulation(seed: seed)
      let faults = simulation.run()
      #expect(faults.isEmpty, "make sim SEED=\(seed)")
      counts = counts + simulation.counts
    }
    if Self.seed != nil { print(counts) }
    if seeds.count >= 100 { #expect(counts.isComplete, "\(counts)") }
  }

  @Test("a known bug is found within 200 seeds", arguments: Canary.allCases)
  func canary(canary: Canary) {
    let found = (1...200 as ClosedRange<UInt64>).first {
      !Simulation(seed: $0, canary: canary).run().isEmpty
    }
    #expect(found != nil, "\(canary)")
  }

  @Test("one seed is one run, step by step")
  func repeats() {
    var fingerprints: Set<UInt64> = []
    for seed in 1...5 as ClosedRange<UInt64> {
      let runs = (0..<2).map { _ in
        let simulation = Simulation(seed: seed)
        _ = simulation.run()
        return simulation.fingerprint
      }
      #expect(runs[0] == runs[1])
      fingerprints.insert(runs[0])
    }
    #expect(fingerprints.count == 5)
  }
}
