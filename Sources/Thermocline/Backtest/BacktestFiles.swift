/// Files a backtest leaves behind.
package enum BacktestFiles {
  /// Replaces the file at `path`; what is there stays until the new one is whole.
  package static func write(_ text: String, to path: String) throws(JobFailure) {
    let file = try OutputFile(path: path)
    try file.write(text.utf8)
    try file.finish()
  }
}
