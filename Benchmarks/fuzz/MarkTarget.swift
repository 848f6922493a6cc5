import ThermoclineCore
import ThermoclineMarks

@testable import ThermoclineEngine

/// The text beside a committed offset: a mark is read again as it was written, whatever words of others stand there.
struct MarkTarget: Target {
  var seeds: [[UInt8]] {
    let mark = CommitMark(
      transaction: "job-7f3a-12", partitionsCount: 12, clock: SmallJob.start,
      said: SaidTimes(ticks: SmallJob.start, days: SmallJob.start - .days(1)))
    return [mark.text, "others partitions=3 said=1/2/3 clock=", ""].map { Array($0.utf8) }
  }

  func run(_ input: UnsafeRawBufferPointer) {
    let mark = CommitMark(String(decoding: input, as: UTF8.self))
    require(CommitMark(mark.text) == mark, "\(mark) became \(CommitMark(mark.text))")
    require(CommitMark("others \(mark.text) more") == mark)
  }
}
