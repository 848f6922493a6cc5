import Thermocline

/// The progress of a backtest: one line for each stage, on a terminal.
struct BacktestProgress {
  private var stage: BacktestJob.Stage?
  private var screen = ProgressScreen(name: "backtest")

  mutating func show(_ stage: BacktestJob.Stage, _ done: Int64, _ total: Int64) {
    if stage != self.stage {
      screen.close()
      self.stage = stage
      screen =
        switch stage {
        case .counting: ProgressScreen(name: "counting")
        case .scoring(let policy): ProgressScreen(name: "scoring \(policy)")
        case .judging: ProgressScreen(name: "judging", unit: .steps)
        case .fitting: ProgressScreen(name: "fitting", unit: .steps)
        }
    }
    screen.show(done: Int(done), total: Int(total))
  }

  mutating func close() { screen.close() }
}
