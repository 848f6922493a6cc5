internal import ThermoclineEngine

/// Writes metrics in Prometheus' text exposition format, version 0.0.4. All samples of a metric are written one after
/// the other.
struct ExpositionPage<Name: ExpositionName> {
  /// What `content-type` calls it.
  static var type: String { "text/plain; version=0.0.4; charset=utf-8" }

  private(set) var text = ""
  private var written: Set<Name> = []
  private var last: Name?

  /// Writes one sample. Labels' values stand in the order of the metric's labels.
  mutating func add(_ metric: Name, _ labels: [String] = [], _ value: Int) {
    begin(metric)
    sample(metric, "", metric.labels, labels, "\(value)")
  }

  /// The same for a number that may have a fraction.
  mutating func add(_ metric: Name, _ labels: [String] = [], _ value: Double) {
    begin(metric)
    sample(metric, "", metric.labels, labels, Self.number(value))
  }

  /// Writes a histogram in seconds.
  mutating func add(_ metric: Name, _ histogram: DurationHistogram) {
    precondition(metric.kind == .histogram, "\(metric.rawValue) is no histogram")
    begin(metric)
    var total = 0
    for (bound, count) in zip(DurationHistogram.boundsMilliseconds, histogram.counts) {
      total += count
      sample(metric, "_bucket", ["le"], [Self.number(Double(bound) / 1_000)], "\(total)")
    }
    sample(metric, "_bucket", ["le"], ["+Inf"], "\(histogram.count)")
    sample(metric, "_sum", [], [], Self.number(Double(histogram.sumNanoseconds) / 1e9))
    sample(metric, "_count", [], [], "\(histogram.count)")
  }

  private mutating func begin(_ metric: Name) {
    if last == metric { return }
    precondition(written.insert(metric).inserted, "\(metric.rawValue) was written before")
    last = metric
    text += "# HELP \(metric.rawValue) \(metric.help)\n"
    text += "# TYPE \(metric.rawValue) \(metric.kind.rawValue)\n"
  }

  private mutating func sample(
    _ metric: Name, _ suffix: String, _ names: [String], _ values: [String], _ value: String
  ) {
    precondition(names.count == values.count, "\(metric.rawValue) has the labels \(names)")
    text += metric.rawValue + suffix
    if !names.isEmpty {
      let pairs = zip(names, values).map { "\($0)=\"\(Self.escaped($1))\"" }
      text += "{" + pairs.joined(separator: ",") + "}"
    }
    text += " \(value)\n"
  }

  private static func escaped(_ value: String) -> String {
    var result = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value == value.rounded(), value.magnitude < 9e15 { return "\(Int64(value))" }
    return "\(value)"
  }
}

/// The page of a streaming job.
typealias MetricsPage = ExpositionPage<MetricName>
