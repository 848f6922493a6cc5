import Foundation
import Testing
import ThermoclineCore

@testable import ThermoclineHealth

/// The counts among the labelled series of the Numenta Anomaly Benchmark: tweets and taxi rides. They are
/// 10 to 31 weeks long, so that the weekly baseline of the drop rule exists; the others last two weeks or are
/// no counts. A label says nothing of the direction: a window is one of a fall if its day has less than 70 %
/// of the median of the same weekday elsewhere.
@Suite struct NABTests {
  private static let archive = URL(filePath: #filePath)
    .appending(path: "../../../../shared/data/nab/nab_data_labels.tar.xz").standardizedFileURL
  private static let isThere = FileManager.default.fileExists(atPath: archive.path)

  private struct Series {
    var name: String
    /// Counts of whole days, the first of them being day 0.
    var days: [Int64] = []
    /// Labelled windows in days, both ends included.
    var windows: [ClosedRange<Int>] = []
  }

  @Test(.enabled(if: isThere, "shared/data/nab is not there"))
  func fallsOfTheLabelledCounts() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "nab-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "xJf", Self.archive.path, "-C", folder.path]
    try tar.run()
    tar.waitUntilExit()
    try #require(tar.terminationStatus == 0, "tar with xz is needed")
    let labels = try JSONDecoder().decode(
      [String: [[String]]].self,
      from: Data(contentsOf: folder.appending(path: "labels/combined_windows.json")))
    let files = labels.keys.sorted().filter {
      $0.hasPrefix("realTweets/") || $0.hasSuffix("nyc_taxi.csv")
    }
    try #require(files.count == 11)
    var (falls, found, alarms, weeks) = (0, 0, 0, 0)
    for file in files {
      let series = try read(folder, file, labels[file]!)
      let fired = DropSimulation(budget: 5).firings([series.days], from: 35).all[0]
      let falling = series.windows.filter { $0.upperBound >= 35 && isFall(series, $0) }
      // A midnight tells of the day before; windows look a week back.
      let isOf = { (window: ClosedRange<Int>, end: Int) in
        end - 1 >= window.lowerBound && end - 1 <= window.upperBound + 7
      }
      falls += falling.count
      found += falling.count { window in fired.contains { isOf(window, $0) } }
      alarms += fired.count { end in !series.windows.contains { isOf($0, end) } }
      weeks += (series.days.count - 35) / 7
    }
    print("NAB counts: \(found) of \(falls) falls found, \(alarms) false alarms in \(weeks) weeks")
    #expect(weeks == 45 && falls == 3)
    // All three are single days, of which a week's count shows too little.
    #expect(found == 0 && alarms == 0)
  }

  private func read(_ folder: URL, _ file: String, _ labels: [[String]]) throws -> Series {
    let text = try String(contentsOf: folder.appending(path: "data/" + file), encoding: .utf8)
    var counts: [String: Double] = [:]
    for line in text.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      counts[String(fields[0].prefix(10)), default: 0] += Double(fields[1])!
    }
    // The first and the last day are not whole.
    let dates = counts.keys.sorted().dropFirst().dropLast()
    var series = Series(name: file)
    series.days = dates.map { Int64(counts[$0]!) }
    for label in labels {
      let from = dates.firstIndex { $0 >= label[0].prefix(10) } ?? dates.endIndex
      let to = dates.lastIndex { $0 <= label[1].prefix(10) } ?? dates.startIndex
      if from <= to { series.windows.append((from - 1)...(to - 1)) }
    }
    return series
  }

  private func isFall(_ series: Series, _ window: ClosedRange<Int>) -> Bool {
    window.contains { day in
      let same = series.days.indices.filter { $0 % 7 == day % 7 && !window.contains($0) }
        .map { Double(series.days[$0]) }.sorted()
      return !same.isEmpty && Double(series.days[day]) < 0.7 * same[same.count / 2]
    }
  }
}
