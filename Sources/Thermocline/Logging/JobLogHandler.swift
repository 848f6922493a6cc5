package import Logging
internal import ThermoclineCore

/// Writes the log to standard error, a line an entry.
package struct JobLogHandler: LogHandler {
  package var logLevel = Logger.Level.info
  package var metadata: Logger.Metadata = [:]
  private let format: JobConfiguration.LogFormat
  private let write: @Sendable (String) -> Void

  /// `write` takes a whole line at a time.
  package init(
    _ format: JobConfiguration.LogFormat,
    write: @escaping @Sendable (String) -> Void = { StandardError.write($0) }
  ) {
    self.format = format
    self.write = write
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    let line = LogLine(
      time: wallClock(), level: event.level, message: "\(event.message)",
      metadata: metadata.merging(event.metadata ?? [:]) { $1 })
    write(format == .json ? line.json : line.text)
  }
}
