package import ThermoclineCore
package import ThermoclineEngine
package import ThermoclineWindows

/// The plain window query of `replay --emit windows`: for every account and window with an event, how many
/// events and users it had, and the sum of the values of some event types.
package struct WindowEmission: Sendable, Equatable {
  package var length: TimeSpan
  package var slide: TimeSpan
  /// Event types whose values are summed, one column each.
  package var types: [String]

  package init(length: TimeSpan, slide: TimeSpan, types: [String]) {
    self.length = length
    self.slide = slide
    self.types = types
  }

  /// `lateness`: how far back rows can be corrected.
  package func plan(lateness: TimeSpan = .zero) throws(JobFailure) -> WindowPlan {
    let sums = types.map {
      WindowedQuantity(.sum, of: .types([$0]), length: length, slide: slide)
    }
    do throws(WindowPlanError) {
      return try WindowPlan(
        [
          WindowedQuantity(.count, length: length, slide: slide),
          WindowedQuantity(.distinctUsers, length: length, slide: slide),
        ] + sums, retention: lateness)
    } catch {
      throw JobFailure(
        .usage,
        "window \(length) sliding by \(slide): \(error); choose a slide that divides the length")
    }
  }

  package var names: [String] { ["events", "users"] + types }

  package func runner(
    partition: Int, settings: WindowSettings, intake: IntakeSettings = IntakeSettings(),
    writes: Bool
  ) throws(JobFailure) -> PartitionRunner<WindowRows> {
    let plan = try plan(lateness: writes ? settings.allowedLateness : .zero)
    return PartitionRunner(
      PartitionProcessor(
        partition: partition, store: WindowStore(plan: plan, settings: settings),
        observer: WindowRows(plan, names: names, writes: writes), intake: intake))
  }
}

/// Two readers of the same events; what the second counts is not counted again.
final class PairedWork: PartitionWork {
  private let first: any PartitionWork
  private let second: any PartitionWork

  init(_ first: any PartitionWork, _ second: any PartitionWork) {
    self.first = first
    self.second = second
  }

  var progress: PartitionProgress { first.progress }

  func process(_ batch: EventBatch, from start: Int, into output: OutputBatch) -> Int? {
    if let left = first.process(batch, from: start, into: output) { return left }
    aside(output) { second.process(batch, into: $0) }
    return nil
  }

  func advance(to time: EventTime, _ output: OutputBatch) {
    first.advance(to: time, output)
    aside(output) { second.advance(to: time, $0) }
  }

  func passTime(_ span: TimeSpan, _ output: OutputBatch) {
    first.passTime(span, output)
    aside(output) { second.passTime(span, $0) }
  }

  func anticipate(limit: Int, _ output: OutputBatch) -> Bool {
    first.anticipate(limit: limit, output)
  }
  func settle(_ output: OutputBatch) { first.settle(output) }

  func end(_ output: OutputBatch) -> Bool {
    guard first.end(output) else { return false }
    aside(output) { _ = second.end($0) }
    return true
  }

  func drain(_ output: OutputBatch) {
    first.drain(output)
    aside(output) { second.drain($0) }
  }

  /// Takes over the window rows only: refused events were refused by the first already.
  private func aside(_ output: OutputBatch, _ body: (OutputBatch) -> Void) {
    let side = OutputBatch()
    body(side)
    output.take(.windows, of: side)
  }
}
