internal import ThermoclineCodec
internal import ThermoclineServer

/// The running job and the dashboard's own reading.
enum JobPage {
  static func reply(
    _ job: Result<JobStatus, JobUnknown>?, _ contents: [(name: String, rows: Int)],
    _ feed: FeedState, readers: Int
  ) -> ServerReply {
    let part: HTML =
      switch job {
      case nil:
        "<section class=\"card\"><h2>No job</h2><p>Start the dashboard with --job and the address where the job serves (its server.listen) to see it here.</p></section>"
      case .failure(let unknown):
        "<section class=\"card problem\"><h2>The job does not answer</h2><p>\(unknown.text)</p></section>"
      case .success(let status): running(status)
      }
    return PageFrame.reply(
      "Job", .job, live: .clock,
      """
      <div class="title"><h1>Job</h1></div>\(part)
      <section class="card"><h2>This dashboard</h2>\(FeedNotice.html(feed))<dl class="tiles small"><div><dt>Messages read</dt><dd>\(Figure.count(feed.messages))</dd></div><div><dt>Not readable</dt><dd>\(Figure.count(feed.broken))</dd></div><div><dt>Pages open</dt><dd>\(Figure.count(readers))</dd></div>\(HTML.each(contents) { "<div><dt>\(title($0.name))</dt><dd>\(Figure.count($0.rows))</dd></div>" })</dl></section>
      """)
  }

  /// What a table of the history holds.
  private static func title(_ table: String) -> String {
    switch table {
    case "account": "Accounts"
    case "history": "Scores of the past"
    case "alert": "Alerts"
    case "rollup": "Roll-ups"
    default: table
    }
  }

  private static func running(_ status: JobStatus) -> HTML {
    let state: HTML =
      status.isReady
      ? "<span class=\"badge band-green\">ready</span>"
      : "<span class=\"badge band-red\">not ready</span>"
    return """
      <section class="card"><h2>Now \(state)</h2>\(HTML.each(status.reasons) { "<p class=\"notice bad\">\($0)</p>" })
      <dl class="tiles"><div><dt>Events a second</dt><dd>\(Figure.number(status.eventsPerSecond, decimals: 0))</dd></div>
      <div><dt>Lag</dt><dd>\(Figure.count(status.lagRecords))<small>\(Figure.duration(seconds: status.lagSeconds))</small></dd></div>
      <div><dt>Freshness, p99</dt><dd>\(Figure.duration(seconds: status.freshness.p99))<small>p50 \(Figure.duration(seconds: status.freshness.p50))</small></dd></div>
      <div><dt>Brokers</dt><dd>\(status.brokersUp) of \(status.brokersKnown)</dd></div>
      <div><dt>Memory</dt><dd>\(Figure.number(Double(status.residentBytes) / 1_048_576, decimals: 0)) MiB<small>up \(Figure.duration(seconds: status.uptimeSeconds))</small></dd></div></dl></section>
      <section class="card flush"><h2>Partitions</h2><div class="scroll"><table><caption class="sr">Partitions of the input</caption><thead><tr><th scope="col">Partition</th><th scope="col" class="n">Lag</th><th scope="col" class="n">Seconds</th><th scope="col" class="n">Accounts</th><th scope="col">Watermark</th></tr></thead><tbody>\(HTML.each(status.partitions) { partition in
        "<tr><th scope=\"row\">\(name: partition.topic) \(partition.partition)</th><td class=\"n\">\(Figure.count(partition.lagRecords))</td><td class=\"n\">\(Figure.number(partition.lagSeconds))</td><td class=\"n\">\(Figure.count(partition.accounts))</td><td>\(partition.watermark ?? Figure.none)</td></tr>"
      })</tbody></table></div></section>
      """
  }
}
