package import ThermoclineBacktest
package import ThermoclineHealth

extension WeightProposal {
  /// The policy as a file that a person can read, with how it was found at its head.
  ///
  /// `from` names the policy it began with, `data` what it learned from.
  package func file(from: Policy, data: [String], plan: BacktestPlan) -> String {
    var head = [
      "Weights proposed by `thermocline backtest --fit`, for a person to judge.",
      "",
      "Data: \(data.joined(separator: ", "))",
      "Protocol: \(cases) cases (account at a cut-off), \(churners) of them leave within "
        + "\(horizon) days; cut-offs",
      "  every \(plan.step) days from day \(plan.first) to day \(plan.last) after the start of the "
        + (plan.origin == .account ? "account;" : "archive;"),
      "  a score at a cut-off knows events strictly before it.",
      "Method: logistic regression on the sub-scores, weights not below zero, held near those of",
      "  \(from.identifier) by a quadratic penalty that cross-validation by account chose",
    ]
    if let penalty = fit.penalty {
      head.append("  (\(Int(penalty)); larger = nearer).")
    } else {
      head.append("  (no other weights did better: they stay as they were).")
    }
    head += [
      "Area under the ROC curve, with 95 % intervals by bootstrap over accounts:",
      "  \(from.identifier) as it was: \(BacktestText.interval(own))",
      "  fitted without the account it is used on: \(BacktestText.interval(heldOut))",
      "  difference, on the same draws: \(BacktestText.interval(gain, signed: true))",
      "The dimensions and the axes weigh what they did, and so do measures that overrides name.",
      "Weights are per cent of the score, measure by measure; before and now:",
    ]
    let before = ScoreWeights(from).shares
    for (k, measure) in from.measures.enumerated() where before[k] > 0 {
      let now = fit.weights.shares[k]
      let note = fit.fitted.contains(k) ? "" : "   (does not vary in this data: kept)"
      head.append(
        "  \(BacktestText.padded(measure.name, 26))\(BacktestText.percent(before[k])) → "
          + BacktestText.percent(now) + note)
    }
    return head.map { $0.isEmpty ? "#\n" : "# \($0)\n" }.joined() + "\n" + PolicyFile.write(policy)
  }
}

extension WeightProposal {
  /// For a person: what was gained, and where the file is.
  package func text(path: String) -> String {
    var lines = ["Weights fitted, \(horizon) days ahead"]
    lines += BacktestText.table([
      ["area under the ROC curve of the policy as it was", BacktestText.interval(own)],
      ["fitted without the account it is used on", BacktestText.interval(heldOut)],
      ["difference, on the same draws", BacktestText.interval(gain, signed: true)],
    ])
    lines.append(
      fit.penalty == nil
        ? "  no other weights did better in cross-validation: the policy's own are kept"
        : "  held near the policy's own weights by a penalty of \(Int(fit.penalty!))")
    lines.append("  written to \(path)")
    return lines.joined(separator: "\n")
  }
}
