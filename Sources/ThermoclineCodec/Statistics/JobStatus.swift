/// What a running job says of itself at `/status`, as far as `thermocline top` shows it.
package struct JobStatus: Sendable, Equatable {
  package struct Partition: Sendable, Equatable {
    package var topic = ""
    package var partition = 0
    package var lagRecords = 0
    package var lagSeconds = 0.0
    package var rebuildRecords = 0
    package var accounts = 0
    package var isHeldUp = false
    /// As it is written; nil before the first event.
    package var watermark: String?
  }
  package struct Shard: Sendable, Equatable {
    package var input = 0
    package var inputCapacity = 0
    package var output = 0
    package var outputCapacity = 0
  }
  package struct Alert: Sendable, Equatable {
    package var account = ""
    package var rule = ""
    package var state = ""
    package var severity = ""
    package var summary = ""
  }
  /// p50 and p99 in seconds; nil while there are none.
  package struct Quantiles: Sendable, Equatable {
    package var p50: Double?
    package var p99: Double?
  }
  package struct Count: Sendable, Equatable {
    package var name: String
    package var count: Int

    package init(name: String, count: Int) {
      self.name = name
      self.count = count
    }
  }

  package var version = ""
  package var uptimeSeconds = 0.0
  package var isReady = false
  /// Why it is not, a line each.
  package var reasons: [String] = []
  package var eventsPerSecond = 0.0
  package var events: [Count] = []
  package var lagRecords = 0
  package var lagSeconds = 0.0
  package var rebuildRecords = 0
  package var freshness = Quantiles()
  package var commits = Quantiles()
  package var partitions: [Partition] = []
  package var shards: [Shard] = []
  package var bands: [Count] = []
  package var quadrants: [Count] = []
  package var alerts: [Count] = []
  /// The oldest first.
  package var newestAlerts: [Alert] = []
  package var residentBytes = 0
  package var brokersUp = 0
  package var brokersKnown = 0

  package init() {}

  /// Reads `/status`. Throws when it is not one JSON object; members that are missing keep their defaults.
  package init(_ bytes: [UInt8]) throws(OutputDecodingError) {
    let root = try JSONFields(bytes)
    version = try root.string("version") ?? ""
    uptimeSeconds = try root.double("uptimeSeconds") ?? 0
    isReady = try root.bool("ready") ?? false
    for case let reason? in (try root.array("reasons") ?? []).map({ JSONFields($0) }) {
      let (name, text) = (try reason.string("reason") ?? "", try reason.string("text") ?? "")
      reasons.append("\(name): \(text)")
    }
    eventsPerSecond = try root.double("eventsPerSecond") ?? 0
    events = try root.counts("events")
    lagRecords = try root.count("lagRecords")
    lagSeconds = try root.double("lagSeconds") ?? 0
    rebuildRecords = try root.count("rebuildRecords")
    freshness = try Self.quantiles(root.object("freshnessSeconds"))
    commits = try Self.quantiles(root.object("commitSeconds"))
    for case let fields? in (try root.array("partitions") ?? []).map({ JSONFields($0) }) {
      partitions.append(
        Partition(
          topic: try fields.string("topic") ?? "", partition: try fields.count("partition"),
          lagRecords: try fields.count("lagRecords"),
          lagSeconds: try fields.double("lagSeconds") ?? 0,
          rebuildRecords: try fields.count("rebuildRecords"),
          accounts: try fields.count("accounts"), isHeldUp: try fields.bool("heldUp") ?? false,
          watermark: try fields.string("watermark")))
    }
    for case let fields? in (try root.array("shards") ?? []).map({ JSONFields($0) }) {
      shards.append(
        Shard(
          input: try fields.count("input"), inputCapacity: try fields.count("inputCapacity"),
          output: try fields.count("output"), outputCapacity: try fields.count("outputCapacity")))
    }
    bands = try root.counts("bands")
    quadrants = try root.counts("quadrants")
    alerts = try root.counts("alerts")
    for case let fields? in (try root.array("newestAlerts") ?? []).map({ JSONFields($0) }) {
      newestAlerts.append(
        Alert(
          account: try fields.string("account") ?? "", rule: try fields.string("rule") ?? "",
          state: try fields.string("state") ?? "", severity: try fields.string("severity") ?? "",
          summary: try fields.string("summary") ?? ""))
    }
    residentBytes = try root.count("residentBytes")
    brokersUp = try root.count("brokersUp")
    brokersKnown = try root.count("brokersKnown")
  }

  private static func quantiles(_ fields: JSONFields?) throws(OutputDecodingError) -> Quantiles {
    guard let fields else { return Quantiles() }
    return Quantiles(p50: try fields.double("p50"), p99: try fields.double("p99"))
  }
}

extension JSONFields {
  /// A number of things; 0 when it is missing.
  func count(_ name: String) throws(OutputDecodingError) -> Int {
    guard let number = try double(name) else { return 0 }
    return Int(exactly: number.rounded()) ?? 0
  }

  /// The members of an object of numbers, in their order; none when it is missing.
  fileprivate func counts(_ name: String) throws(OutputDecodingError) -> [JobStatus.Count] {
    guard let object = try object(name) else { return [] }
    var counts: [JobStatus.Count] = []
    for name in object.names {
      counts.append(JobStatus.Count(name: name, count: try object.count(name)))
    }
    return counts
  }
}
