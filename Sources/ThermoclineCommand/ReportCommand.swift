import ArgumentParser
import Thermocline
import ThermoclineCore

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract:
      "Writes a usage report for a customer, or a review of the portfolio, as a page to print.",
    discussion: """
      Reads the folder that replay has written. With --account the page is for that customer: its use and how it developed, \
      medians of similar customers, features used and still to discover, results, next steps; nothing of scores, alerts or \
      money stands in it. It needs a policy with a section usage:. With --portfolio the page is for the vendor: who is at \
      risk and why, bands and revenue at risk over time, LTV : CAC by tier. docs/reports.md explains every figure.

      Example: thermocline report --replay out --account acct-7 --from 2026-01-01 --to 2026-04-01 --output report.html
      """)

  @Option(name: .long, help: "Folder that thermocline replay --output has written.")
  var replay: String
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
    name: .long, help: "Profiles (CSV): similar customers are then of the same tier and industry.")
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
      let html: String
      if let account {
        var job = UsageReportJob(folder: replay, account: account, period: period)
        job.profiles = try Inputs.profiles(profiles)
        job.names = FeatureNames(labels: try pairs(label, "label"), hidden: Set(hide))
        job.customerName = customerName
        job.vendorName = vendorName
        let (page, notes) = try job.page()
        for note in notes { StandardError.write("thermocline: note: \(note)\n") }
        html = page
      } else {
        var job = PortfolioReviewJob(folder: replay, period: period)
        job.cac = try amounts()
        job.labels = labels
        job.margin = margin
        html = try job.page()
      }
      try BacktestFiles.write(html, to: output)
      print("written to \(output)")
    }
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
