import ArgumentParser
import Thermocline
import ThermoclineCore
import ThermoclineKafka

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "Writes a usage report for a customer, or a review of the portfolio, as a page to print.",
    discussion: """
      Reads the output topics of a job as they are now, commits nothing, or with --replay the folder that replay has \
      written. With --account the page is for that customer: its use and how it developed, \
      medians of similar customers, features used and still to discover, results, next steps; nothing of scores, alerts or \
      money stands in it. It needs a policy with a section usage:. With --portfolio the page is for the vendor: who is at \
      risk and why, bands and revenue at risk over time, LTV : CAC by tier. docs/reports.md explains every figure.

      Examples: thermocline report --brokers localhost:9092 --account acct-7 --from 2026-01-01 --to 2026-04-01 \
      --output acct-7.html
                thermocline report --replay out --portfolio --from 2026-01-01 --to 2026-04-01 --output review.html

      Exit status: 0 written; 64 wrong command line; 65 no figures of the period, or damaged ones; 66 no such account or \
      file; 69 no broker or no such topic; 73 the page cannot be written; 78 a wrong configuration; 130 interrupted.
      """)

  @OptionGroup var kafka: KafkaOptions
  @Option(
    name: .long,
    help: "Folder that thermocline replay --output has written, in the place of topics.")
  var replay: String?
  @Option(name: .long, help: "The customer the report is for.")
  var account: String?
  @Flag(name: .long, help: "A review of all accounts instead, not for customers.")
  var portfolio = false
  @Option(name: .long, help: "The first day, UTC.")
  var from: EventTimeArgument
  @Option(name: .long, help: "The day after the last one, UTC.")
  var to: EventTimeArgument
  @Option(name: .long, help: "File for the page.")
  var output: String
  @Option(
    name: .long,
    help:
      "Profiles (CSV), instead of the configuration's: similar customers are of the same tier and industry."
  )
  var profiles: String?
  @Option(name: .customLong("customer-name"), help: "What the customer is called in its report.")
  var customerName: String?
  @Option(name: .customLong("vendor-name"), help: "Who sends the report.")
  var vendorName: String?
  @Option(
    name: .long,
    help: "What a feature is called in the report: api_keys=\"API keys\"; may be repeated.")
  var label: [String] = []
  @Option(name: .long, help: "A feature that no report for customers names; may be repeated.")
  var hide: [String] = []
  @Option(
    name: .long,
    help: "With --portfolio: cost of winning an account of a tier, tier=amount; may be repeated.")
  var cac: [String] = []
  @Option(name: .long, help: "With --cac: who left, and when (CSV: account,churned).")
  var labels: String?
  @Option(
    name: .long, help: "With --cac: share of the revenue that is left after serving, above 0 to 1.")
  var margin = 1.0

  func validate() throws {
    guard replay == nil || kafka.brokers == nil && kafka.config == nil else {
      throw ValidationError("--replay takes the place of topics: give no --brokers and no --config")
    }
    guard (account == nil) == portfolio else {
      throw ValidationError("name one customer with --account, or all with --portfolio")
    }
    guard margin > 0, margin <= 1 else {
      throw ValidationError("--margin takes a share above 0 to 1")
    }
    guard portfolio || cac.isEmpty && labels == nil else {
      throw ValidationError("--cac and --labels are for --portfolio; a customer sees no money")
    }
    guard cac.isEmpty || labels != nil else {
      throw ValidationError(
        "--cac needs --labels, a table account,churned, for how long customers stay")
    }
    _ = try pairs(label, "label")
    _ = try amounts()
  }

  func run() throws {
    try Command.run {
      let period = try ReportPeriod(from: from.time, to: to.time)
      let (html, notes) =
        if let replay {
          try page(period, ReplayFolder(replay), profiles: try Inputs.profiles(profiles))
        } else { try pageFromTopics(period) }
      for note in notes { StandardError.write("thermocline: note: \(note)\n") }
      try BacktestFiles.write(html, to: output)
      print("written to \(output)")
    }
  }

  private func pageFromTopics(_ period: ReportPeriod) throws -> (html: String, notes: [String]) {
    let configuration = try kafka.read()
    let interruption = Interruption()
    let termination = Termination { _ in interruption.set() }
    defer { withExtendedLifetime(termination) {} }
    var screens: [String: ProgressScreen] = [:]
    let topics = try ReportTopics(
      configuration.kafkaSettings, configuration.outputTopics, needsUsage: account != nil,
      isStopped: { interruption.isSet },
      progress: { topic, done, total in
        screens[topic, default: ProgressScreen(name: topic, unit: .messages)]
          .show(done: done, total: total)
      })
    defer { for topic in screens.keys { screens[topic]?.close() } }
    var known: [String: AccountProfile] = [:]
    if let topic = configuration.profiles.topic, profiles == nil, account != nil {
      known = try topics.profiles(topic)
    } else {
      known = try Inputs.profiles(profiles ?? configuration.profiles.file)
    }
    return try page(period, topics, profiles: known)
  }

  private func page(
    _ period: ReportPeriod, _ source: any ReportSource, profiles: [String: AccountProfile]
  ) throws -> (html: String, notes: [String]) {
    guard let account else {
      var job = PortfolioReviewJob(source, period: period)
      job.cac = try amounts()
      job.labels = labels
      job.margin = margin
      return try job.page()
    }
    var job = UsageReportJob(source, account: account, period: period)
    job.profiles = profiles
    job.names = FeatureNames(labels: try pairs(label, "label"), hidden: Set(hide))
    job.customerName = customerName
    job.vendorName = vendorName
    return try job.page()
  }

  private func pairs(_ texts: [String], _ name: String) throws -> [String: String] {
    var pairs: [String: String] = [:]
    for text in texts {
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw ValidationError("--\(name) \(text): write name=value")
      }
      pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
    }
    return pairs
  }

  private func amounts() throws -> [String: Double] {
    try pairs(cac, "cac").mapValues { text in
      guard let amount = Double(text), amount > 0, amount.isFinite else {
        throw ValidationError("--cac …=\(text): write an amount above 0, for example mid=4000")
      }
      return amount
    }
  }
}
