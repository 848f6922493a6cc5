import Testing

/// A strict reader of Prometheus' text format, version 0.0.4, written from its description. Throws on what a scraper would
/// refuse, and on what `promtool check metrics` finds fault with.
struct Exposition {
  struct Fault: Error, CustomStringConvertible { var description: String }
  struct Sample: Equatable {
    var name: String
    var labels: [String: String]
    var value: Double
  }
  struct Family {
    var name: String
    var type = ""
    var help = ""
    var samples: [Sample] = []
  }

  private(set) var families: [Family] = []

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Fault(description: "the last line has no end") }
    for line in text.dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("# HELP ") {
        let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1)
        guard parts.count == 2, !families.contains(where: { $0.name == parts[0] }) else {
          throw Fault(description: "help: \(line)")
        }
        families.append(Family(name: String(parts[0]), help: String(parts[1])))
      } else if line.hasPrefix("# TYPE ") {
        let parts = line.dropFirst(7).split(separator: " ")
        guard parts.count == 2, families.last?.name == String(parts[0]),
          families.last?.type == "", families.last?.samples.isEmpty == true,
          ["counter", "gauge", "histogram"].contains(parts[1])
        else { throw Fault(description: "type: \(line)") }
        families[families.count - 1].type = String(parts[1])
      } else {
        try add(try Self.sample(line))
      }
    }
    for family in families { try Self.check(family) }
  }

  func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    families.flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
  }

  private mutating func add(_ sample: Sample) throws {
    guard let family = families.last, family.type != "" else {
      throw Fault(description: "a sample before its type: \(sample)")
    }
    let suffixes = family.type == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
    guard suffixes.contains(where: { family.name + $0 == sample.name }) else {
      throw Fault(description: "\(sample.name) stands among \(family.name)")
    }
    guard !family.samples.contains(where: { $0.name == sample.name && $0.labels == sample.labels })
    else { throw Fault(description: "twice: \(sample)") }
    families[families.count - 1].samples.append(sample)
  }

  private static func check(_ family: Family) throws {
    let isCounter = family.type == "counter"
    guard isCounter == family.name.hasSuffix("_total") else {
      throw Fault(description: "\(family.name) is a \(family.type)")
    }
    guard Set(family.samples.map { Set($0.labels.keys).subtracting(["le"]) }).count <= 1 else {
      throw Fault(description: "\(family.name) has samples with different labels")
    }
    if isCounter, family.samples.contains(where: { !($0.value >= 0) }) {
      throw Fault(description: "\(family.name) is negative")
    }
    guard family.type == "histogram" else { return }
    let buckets = family.samples.filter { $0.name.hasSuffix("_bucket") }
    let bounds = buckets.map { Double($0.labels["le"] == "+Inf" ? "inf" : $0.labels["le"]!)! }
    let values = buckets.map(\.value)
    guard bounds == bounds.sorted(), bounds.last == .infinity, values == values.sorted(),
      values.last == family.samples.first(where: { $0.name.hasSuffix("_count") })?.value
    else { throw Fault(description: "\(family.name) is no histogram: \(buckets)") }
  }

  private static func sample(_ line: Substring) throws -> Sample {
    let fault = Fault(description: "sample: \(line)")
    let pattern = /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(.*)\})? (\S+)/
    guard let match = line.wholeMatch(of: pattern) else { throw fault }
    guard let value = Double(match.4 == "+Inf" ? "inf" : match.4) else { throw fault }
    var labels: [String: String] = [:]
    var rest = match.3 ?? ""
    while !rest.isEmpty {
      let pair = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/
      guard let found = rest.prefixMatch(of: pair), labels[String(found.1)] == nil else {
        throw fault
      }
      labels[String(found.1)] = String(
        found.2.replacing("\\n", with: "\n").replacing("\\\"", with: "\"")
          .replacing("\\\\", with: "\\"))
      rest = rest[found.range.upperBound...]
    }
    return Sample(name: String(match.1), labels: labels, value: value)
  }
}
