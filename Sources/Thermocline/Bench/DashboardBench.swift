internal import Logging
internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineDashboard
internal import ThermoclineHealth
internal import ThermoclinePopulation
package import ThermoclineServer

/// The dashboard over a history of many accounts: how long a page and the API's answers take, over HTTP.
package struct DashboardBench: Sendable {
  package var accounts = 100_000
  /// Final scores of each account's past.
  package var past = 8
  /// Requests a second, each begun at its time whether the one before is answered or not.
  package var rate = 100
  package var seconds = 20
  /// Where the history is kept; nil = in memory.
  package var database: String?

  package init() {}

  package struct Result: BenchResult {
    package var accounts: Int
    /// Of taking over the messages.
    package var messagesPerSecond: Double
    package var pages: Latencies
    package var requests: Latencies
    /// Requests that were not answered with 200.
    package var failed: Int

    package let name = "dashboard"

    package var figures: [BenchFigure] {
      [
        BenchFigure("accounts", .count(accounts)),
        BenchFigure("messagesPerSecond", .number(messagesPerSecond)),
        BenchFigure("accountsPage", .rows([pages.figures])),
        BenchFigure("apiRequests", .rows([requests.figures])),
        BenchFigure("failed", .count(failed)),
      ]
    }
  }

  /// What some requests took, ascending.
  package struct Latencies: Sendable {
    package var milliseconds: [Double]

    init(_ milliseconds: [Double]) { self.milliseconds = milliseconds.sorted() }

    fileprivate func quantile(_ part: Double) -> Double {
      milliseconds.isEmpty
        ? 0 : milliseconds[min(Int(part * Double(milliseconds.count)), milliseconds.count - 1)]
    }

    fileprivate var figures: [BenchFigure] {
      [
        BenchFigure("requests", .count(milliseconds.count)),
        BenchFigure("p50", .number(quantile(0.5)), "ms"),
        BenchFigure("p99", .number(quantile(0.99)), "ms"),
        BenchFigure("max", .number(milliseconds.last ?? 0), "ms"),
      ]
    }
  }

  /// Measures; then lets `hold` wait while the dashboard is still served at an address.
  package func run(hold: (ListenAddress) -> Void = { _ in }) throws(JobFailure) -> Result {
    if let database, fileSize(database) > 0 {
      throw JobFailure(
        .usage,
        "--database: \(database) is there; name a new file, for invented accounts go into it")
    }
    let quiet = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
    let store: HistoryStore
    let messagesPerSecond: Double
    do throws(HistoryFailure) {
      store = try HistoryStore(path: database, log: quiet, now: { wallClock() })
      messagesPerSecond = try fill(store)
    } catch { throw JobFailure(.cannotWrite, "--database: \(error)") }
    defer { store.close() }
    var feed = FeedState()
    feed.isCaughtUp = true
    let context = DashboardContext(
      store: store, hub: LiveHub(), feed: { [feed] in feed }, now: { wallClock() })
    let dashboard: Dashboard
    do throws(ServerError) {
      dashboard = try Dashboard(
        context, on: ListenAddress(host: "127.0.0.1", port: 0), token: nil, log: quiet)
    } catch { throw JobFailure(.unavailable, "\(error)") }
    let started = blocking { () async -> ListenAddress? in try? await dashboard.start() }
    guard let address = started else {
      throw JobFailure(.unavailable, "no port of 127.0.0.1 can be listened on")
    }
    defer { blocking { await dashboard.stop() } }
    let bench = self
    let (pages, requests) = blocking {
      let pages = await bench.ask(address, (0..<50).map { _ in "/accounts" }, perSecond: 10)
      return (
        pages, await bench.ask(address, bench.paths(), perSecond: bench.rate)
      )
    }
    hold(address)
    return Result(
      accounts: accounts, messagesPerSecond: messagesPerSecond,
      pages: Latencies(pages.compactMap { $0 }), requests: Latencies(requests.compactMap { $0 }),
      failed: (pages + requests).count { $0 == nil })
  }

  /// Asks for each path at its time; milliseconds from then to the whole answer, nil where it was none.
  private func ask(
    _ address: ListenAddress, _ paths: [String], perSecond: Int
  ) async -> [Double?] {
    let client = StatusClient(address, token: nil)
    let begin = ContinuousClock.now
    return await withTaskGroup(of: Double?.self) { group in
      for (number, path) in paths.enumerated() {
        let due = begin + .microseconds(number * 1_000_000 / perSecond)
        group.addTask {
          try? await Task.sleep(until: due, clock: .continuous)
          guard let reply = try? await client.get(path), reply.status == 200 else { return nil }
          return (ContinuousClock.now - due) / .milliseconds(1)
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// What programs and people ask for, by chance.
  private func paths() -> [String] {
    var random = SplitMix64(seed: 11, stream: 1)
    func below(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }
    let sorts = ["score", "trend", "change", "revenue", "account", "at"]
    return (0..<rate * seconds).map { _ in
      let account = name(below(accounts))
      return switch below(8) {
      case 0, 1: "/api/v1/accounts?sort=\(sorts[below(sorts.count)])&offset=\(below(accounts))"
      case 2: "/api/v1/accounts?band=red&tier=mid&sort=revenue&order=desc"
      case 3: "/api/v1/accounts?q=\(below(1_000))"
      case 4: "/api/v1/accounts/\(account)"
      case 5: "/api/v1/accounts/\(account)/history"
      case 6: "/api/v1/alerts"
      default: "/api/v1/rollups?segment=portfolio"
      }
    }
  }

  private func name(_ number: Int) -> String { "acct-\(1_000_000 + number)" }

  /// Takes messages over as the feed would; how many a second.
  private func fill(_ store: HistoryStore) throws(HistoryFailure) -> Double {
    var maker = MessageMaker()
    let begun = monotonicNanoseconds()
    var count = 0
    for start in stride(from: 0, to: accounts, by: 200) {
      let batch = (start..<min(start + 200, accounts)).flatMap { maker.messages(name($0), past) }
      count += batch.count
      _ = try store.apply(batch)
    }
    _ = try store.apply(maker.rollups(days: 120, accounts: accounts))
    return Double(count) / (Double(monotonicNanoseconds() - begun) / 1e9)
  }
}

/// Messages by chance, of the size and shape that a job writes.
private struct MessageMaker {
  private var random = SplitMix64(seed: 5, stream: 3)
  private var offsets: [String: Int64] = [:]
  private let measures = Policy.standard.measures.map(\.name)
  private let last = EventTime(year: 2026, month: 3, day: 1)

  /// An account's past, its newest score, and an alert of one in a hundred.
  mutating func messages(_ account: String, _ past: Int) -> [FeedRecord] {
    var records: [FeedRecord] = []
    for day in (0...past).reversed() {
      let score = score(account, last - .days(Int64(day)))
      var json = JSONWriter()
      HealthScoreEncoder.encode(score, into: &json)
      records.append(record(day == 0 ? .score : .change, account, json))
    }
    if random.next() % 100 == 0 {
      var alert = HealthAlert(
        fingerprint: String(random.next(), radix: 16), account: account, rule: "silence",
        state: .firing, at: last)
      alert.summary = "No event for 15d; before, 41 of 48 days had one"
      var json = JSONWriter()
      HealthAlertEncoder.encode(alert, into: &json)
      records.append(record(.alert, account, json))
    }
    return records
  }

  mutating func rollups(days: Int, accounts: Int) -> [FeedRecord] {
    (0..<days).reversed().map { day in
      var rollup = HealthRollup(
        segment: "portfolio", at: last - .days(Int64(day)), policy: "bench@1")
      (rollup.accounts, rollup.scored) = (accounts, accounts)
      rollup.bands = [("red", 4), ("yellow", 3), ("green", 3)].map {
        NamedCount(name: $0, count: accounts * $1 / 10)
      }
      var json = JSONWriter()
      HealthRollupEncoder.encode(rollup, into: &json)
      return record(.rollup, "portfolio", json)
    }
  }

  private mutating func score(_ account: String, _ at: EventTime) -> HealthScore {
    var score = HealthScore(account: account, at: at, isFinal: true, policy: "bench@1")
    let points = part(100)
    score.score = Points(points)
    score.band = points < 40 ? "red" : points < 70 ? "yellow" : "green"
    score.trend = part(6) - 3
    score.change = Points(part(6) - 3)
    (score.commitment, score.temperature) = (Points(part(100)), Points(part(100)))
    score.quadrant = Quadrant.allCases[Int(random.next() % 4)]
    score.tier = ["enterprise", "mid", "small"][Int(random.next() % 3)]
    score.stage = ["onboarding", "active", "renewal"][Int(random.next() % 3)]
    score.revenue = part(40_000).rounded()
    score.coverage = 0.9
    score.summary =
      "down 3 since last week; active days in 2 weeks 0, above 0 % of its peers, −13.7"
    score.measures = measures.map { name in
      MeasureReading(
        name: name, dimension: "outcome", value: part(40), expected: part(40),
        subscore: Points(part(100)), weight: 0.05, contribution: Points(part(5)),
        change: Points(part(1) - 0.5))
    }
    return score
  }

  private mutating func part(_ most: Double) -> Double {
    Double(random.next() >> 11) / Double(1 << 53) * most
  }

  private mutating func record(
    _ kind: FeedRecord.Kind, _ key: String, _ json: JSONWriter
  ) -> FeedRecord {
    let topic = "\(kind)"
    defer { offsets[topic, default: 0] += 1 }
    return FeedRecord(
      kind, topic: topic, partition: 0, offset: offsets[topic, default: 0], key: key,
      value: json.bytes)
  }
}
