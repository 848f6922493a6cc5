internal import ThermoclineCodec
package import ThermoclineCore
package import ThermoclinePopulation

/// Messages to send, in the order of their arrival.
package enum MessageSource: Sendable {
  case archives([String], InputSettings = InputSettings())
  case population(PopulationSettings)

  /// One message; `key` is the account where there is one.
  package struct Message {
    package var key: [UInt8]?
    package var payload: [UInt8]
    package var time: EventTime
  }

  /// Gives every message to `body`, which answers whether to go on; returns the time up to which all is complete. Lines
  /// of an archive that are no events are sent as they are: refusing them is the job's business.
  package func read(
    progress: (_ done: Int64, _ total: Int64) -> Void, _ body: (Message) throws(JobFailure) -> Bool
  ) throws(JobFailure) -> EventTime {
    switch self {
    case .archives(let paths, let input): try Self.read(paths, input, progress, body)
    case .population(let settings): try Self.read(settings, progress, body)
    }
  }

  private static func read(
    _ settings: PopulationSettings, _ progress: (Int64, Int64) -> Void,
    _ body: (Message) throws(JobFailure) -> Bool
  ) throws(JobFailure) -> EventTime {
    var population: Population
    do throws(PopulationSettingsError) { population = try Population(settings) } catch {
      throw JobFailure(.usage, "\(error)")
    }
    var failure: JobFailure?
    var goesOn = true
    var day: Int64 = 0
    while goesOn, failure == nil {
      let hasMore = population.nextDay { message in
        guard goesOn, failure == nil else { return }
        do throws(JobFailure) {
          goesOn = try body(
            Message(key: message.key, payload: message.payload, time: message.arrival))
        } catch { failure = error }
      }
      day += 1
      progress(day, Int64(settings.days))
      if !hasMore { break }
    }
    if let failure { throw failure }
    return settings.end
  }

  private static func read(
    _ paths: [String], _ input: InputSettings, _ progress: (Int64, Int64) -> Void,
    _ body: (Message) throws(JobFailure) -> Bool
  ) throws(JobFailure) -> EventTime {
    let batch = EventBatch()
    var newest = EventTime.distantPast
    let total = paths.reduce(Int64(0)) { $0 + fileSize($1) }
    var before: Int64 = 0
    if input.format == .csv {
      throw JobFailure(
        .usage, "rows of CSV mean nothing without their header; convert them to JSON")
    }
    let decoder = input.decoder(latestAccepted: wallClock() + Limits.futureToleranceDefault)
    for path in paths {
      var events = 0
      var reader: ArchiveEventReader
      do throws(ArchiveError) {
        reader = try ArchiveEventReader(path: path, decoder: decoder)
      } catch { throw ReplayJob.failure(error) }
      var isAtEnd = false
      while !isAtEnd {
        var damage: ArchiveError?
        do throws(ArchiveError) { isAtEnd = try !reader.next(into: batch) } catch { damage = error }
        events += batch.eventsCount + batch.refusals.count
        guard try send(batch, &newest, body) else { return newest }
        progress(before + reader.bytesRead, total)
        if let damage { throw ReplayJob.failure(damage) }
      }
      if events == 0 {
        throw JobFailure(
          .noInput, "\(path) holds no events; name a file with one event on each line")
      }
      before += fileSize(path)
    }
    return newest
  }

  /// The batch's messages in the order of the file.
  private static func send(
    _ batch: EventBatch, _ newest: inout EventTime, _ body: (Message) throws(JobFailure) -> Bool
  ) throws(JobFailure) -> Bool {
    var refusals = batch.refusals[...]
    for i in 0..<batch.eventsCount {
      let event = batch[i]
      while let refusal = refusals.first, refusal.position < event.position {
        refusals.removeFirst()
        guard try body(message(refusal, batch, newest)) else { return false }
      }
      newest = max(newest, EventTime(milliseconds: event.time))
      let message = unsafe Message(
        key: Array(batch.text(event.account.isAbsent ? event.user : event.account)),
        payload: Array(batch.text(event.message)),
        time: EventTime(milliseconds: event.time))
      guard try body(message) else { return false }
    }
    for refusal in refusals {
      guard try body(message(refusal, batch, newest)) else { return false }
    }
    return true
  }

  private static func message(
    _ refusal: Refusal, _ batch: EventBatch, _ time: EventTime
  ) -> Message {
    unsafe Message(key: nil, payload: Array(batch.text(refusal.message)), time: time)
  }
}
