import ArgumentParser
import ThermoclineBacktest
import ThermoclineCore

/// When a backtest looks, and how far ahead.
struct CutOffOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: "How far ahead leaving counts, whole days; most figures are for the first.")
  var horizon: [TimeSpan] = [.days(14), .days(30), .days(60), .days(90)]
  @Option(
    name: .customLong("cut-from"),
    help: "What cut-offs are counted from: account (start of its contract, or first event), stream."
  )
  var origin: BacktestPlan.Origin = .account
  @Option(name: .customLong("cut-first"), help: "The first cut-off, whole days after that.")
  var first: TimeSpan = .days(28)
  @Option(name: .customLong("cut-step"), help: "From one cut-off to the next, whole days.")
  var step: TimeSpan = .days(14)
  @Option(name: .customLong("cut-last"), help: "The last cut-off, whole days.")
  var last: TimeSpan = .days(210)

  func validate() throws {
    let spans = [("cut-first", first, 0), ("cut-step", step, 1), ("cut-last", last, 0)]
    for (name, span, least) in spans + horizon.map({ ("horizon", $0, 1) })
    where !Self.isWholeDays(span, from: least) {
      throw ValidationError("--\(name) takes whole days from \(least)d to 3650d")
    }
    guard first <= last else { throw ValidationError("--cut-first must not be after --cut-last") }
    guard (1...10).contains(horizon.count), Set(horizon).count == horizon.count else {
      throw ValidationError("--horizon takes one to ten different spans")
    }
  }

  var plan: BacktestPlan {
    BacktestPlan(
      origin: origin, first: Self.days(first), step: Self.days(step), last: Self.days(last),
      horizons: horizon.map(Self.days))
  }

  private static func days(_ span: TimeSpan) -> Int { Int(span.days) }

  private static func isWholeDays(_ span: TimeSpan, from least: Int) -> Bool {
    (Double(least)...3_650).contains(span.days) && span == .days(Int64(span.days))
  }
}

extension BacktestPlan.Origin: ExpressibleByArgument {}
