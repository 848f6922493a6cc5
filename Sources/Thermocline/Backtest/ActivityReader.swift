internal import ThermoclineBacktest
internal import ThermoclineCodec
internal import ThermoclineCore

/// Counts every account's events by day, straight from the archives. Events that name no account
/// are left out.
struct ActivityReader {
  private(set) var accounts: [String: ActivityHistory] = [:]

  /// Reads archives to their end. - Parameter progress: bytes done and in all, every batch.
  static func read(
    _ inputs: [String], _ decoder: FormatDecoder, progress: (Int64, Int64) -> Void
  ) throws(JobFailure) -> ActivityReader {
    var reader = ActivityReader()
    let sizes = inputs.map(fileSize)
    var before: Int64 = 0
    for (path, size) in zip(inputs, sizes) {
      if isPipe(path) {
        throw JobFailure(
          .noInput, "\(path) is a pipe, and a backtest reads its input more than once; name a file")
      }
      do throws(ArchiveError) {
        var archive = try ArchiveEventReader(path: path, decoder: decoder)
        let batch = EventBatch()
        while try archive.next(into: batch) {
          reader.count(batch)
          progress(before + archive.bytesRead, sizes.reduce(0, +))
        }
      } catch { throw ReplayJob.failure(error) }
      before += size
    }
    return reader
  }

  private mutating func count(_ batch: EventBatch) {
    for i in 0..<batch.eventsCount {
      let event = batch[i]
      guard event.kind != .alias, !event.account.isAbsent else { continue }
      let midnight = EventTime(milliseconds: event.time).floor(to: .days(1))
      accounts[batch.string(event.account), default: ActivityHistory()]
        .add(day: midnight.dayNumber)
    }
  }
}

extension EventTime {
  /// Days since 1970, UTC; of a midnight the day that begins.
  var dayNumber: Int {
    Int(floor(to: .days(1)).milliseconds / TimeSpan.days(1).milliseconds)
  }

  /// Midnight at which a day begins.
  init(dayNumber: Int) { self.init(milliseconds: TimeSpan.days(Int64(dayNumber)).milliseconds) }
}
