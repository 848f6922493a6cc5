internal import Synchronization
internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineHealth
package import ThermoclineWindows

/// The engine over archives, without Kafka: at full speed, into files.
package struct ReplayJob: Sendable {
  package var inputs: [String]
  package var profiles: [String: AccountProfile] = [:]
  package var overrides: [String: ScoreOverride] = [:]
  /// What people say of alerts, by fingerprint.
  package var controls: [String: AlertControl] = [:]
  package var policy = Policy.standard
  package var settings: WindowSettings
  package var futureTolerance = Limits.futureToleranceDefault
  package var format = InputSettings()
  package var emission: WindowEmission?
  /// Folder for the results of `run`.
  package var output: String
  package var changeMin = Points(0.5)
  /// De-duplication and the accounts of users.
  package var intake = IntakeSettings()

  package init(inputs: [String], output: String, settings: WindowSettings) {
    self.inputs = inputs
    self.output = output
    self.settings = settings
  }

  /// Runs to the end of the input.
  ///
  /// A damaged archive ends the run with its failure after everything before the damage was applied and
  /// written. - Parameter progress: called with bytes done and bytes in all, every batch.
  package func run(
    progress: (_ done: Int64, _ total: Int64, _ events: Int) -> Void
  ) throws(JobFailure) -> ReplaySummary {
    let begun = monotonicNanoseconds()
    for input in inputs { try Self.check(input) }
    try makeFolder(output)
    let sink = try FileSink(
      folder: output, writesWindows: emission != nil, writesUsage: policy.usage != nil)
    let (snapshot, damage) = try publish(to: sink, progress)
    let bands = sink.bands
    let accounts = sink.accountsCount
    try sink.finish()
    if let damage { throw damage }
    return ReplaySummary(
      inputs: inputs, output: output, counts: snapshot.totals, accounts: accounts, bands: bands,
      watermark: snapshot.progress.map(\.watermark).max().flatMap { $0 > .distantPast ? $0 : nil },
      seconds: Double(monotonicNanoseconds() - begun) / 1e9)
  }

  /// Runs to the end of the input, or to its damage, and publishes everything to `sink`.
  func publish(
    to sink: any OutputSink, _ progress: (_ done: Int64, _ total: Int64, _ events: Int) -> Void
  ) throws(JobFailure) -> (Pipeline.Snapshot, damage: JobFailure?) {
    let setup = try HealthSetup(
      policy: policy, profiles: ProfileBook(profiles), windows: settings,
      intake: intake, changeMin: changeMin, overrides: OverrideBook(overrides),
      controls: ControlBook(controls))
    let work = try work(setup)
    let pipeline = Pipeline(shards: 1)
    let publisher = Publisher(pipeline, sink)
    pipeline.flush { $0.open(0, work()) }

    var damage: JobFailure?
    do throws(JobFailure) { try feed(pipeline, progress) } catch { damage = error }

    pipeline.endInput()
    pipeline.flush { $0.drain() }
    publisher.finish()
    if let failure = pipeline.snapshot.failure {
      throw JobFailure(.cannotWrite, failure.description)
    }
    return (pipeline.snapshot, damage)
  }

  private func work(_ setup: HealthSetup) throws(JobFailure) -> @Sendable () -> any PartitionWork {
    guard let emission else { return { setup.work(partition: 0) } }
    _ = try emission.plan(lateness: settings.allowedLateness)
    let (settings, intake) = (settings, intake)
    return {
      let rows = try! emission.runner(
        partition: 0, settings: settings, intake: intake, writes: true)
      return PairedWork(setup.work(partition: 0), rows)
    }
  }

  private func feed(
    _ pipeline: Pipeline, _ progress: (Int64, Int64, Int) -> Void
  ) throws(JobFailure) {
    let decoder = format.decoder(latestAccepted: wallClock() + futureTolerance)
    var events = 0
    var bytesBefore: Int64 = 0
    let sizes = inputs.map(fileSize)
    for (number, path) in inputs.enumerated() {
      var before = 0
      do throws(ArchiveError) {
        var reader = try ArchiveEventReader(path: path, decoder: decoder)
        while true {
          let free = pipeline.takeBatch(partition: 0, waitMilliseconds: 1_000)
          // The publisher failed: the caller will say why.
          if pipeline.snapshot.failure != nil { return }
          guard let batch = free else { continue }
          let outcome = Result { () throws(ArchiveError) in try reader.next(into: batch) }
          batch.topic = path
          batch.partition = Int32(number)
          before += batch.eventsCount + batch.refusals.count
          let bytes = reader.bytesRead
          pipeline.shards[0].submit(batch, partition: 0)
          progress(bytesBefore + bytes, sizes.reduce(0, +), events + before)
          if try !outcome.get() { break }
        }
      } catch {
        throw Self.failure(error)
      }
      if before == 0 {
        throw JobFailure(
          .noInput, "\(path) holds no events; name a file with one event on each line")
      }
      events += before
      bytesBefore += sizes[number]
    }
  }

  /// Finds out before anything is written that an input cannot be read. Opens files only: a pipe is read once.
  private static func check(_ path: String) throws(JobFailure) {
    guard !isPipe(path) else { return }
    do throws(ArchiveError) { _ = try ArchiveReader(path: path) } catch { throw failure(error) }
  }

  static func failure(_ error: ArchiveError) -> JobFailure {
    switch error.kind {
    case .notFound: JobFailure(.noInput, "\(error); check the path")
    case .isDirectory: JobFailure(.noInput, "\(error); name the files in it")
    case .notPermitted: JobFailure(.noInput, "\(error); make it readable")
    case .unreadable: JobFailure(.noInput, "\(error)")
    case .badHeader, .packedOtherwise: JobFailure(.badData, "\(error)")
    case .truncated, .corrupt:
      JobFailure(
        .badData,
        "\(error); every event before it was read and written, fetch the file again for the rest")
    }
  }
}
