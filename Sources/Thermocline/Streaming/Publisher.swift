package import ThermoclineEngine

/// The publisher's thread.
package final class Publisher: Sendable {
  private let pipeline: Pipeline
  private let thread: OwnThread

  /// `failed` is called on that thread when the sink fails.
  package init(
    _ pipeline: Pipeline, _ sink: any OutputSink, intervalMilliseconds: Int = 100,
    failed: @escaping @Sendable () -> Void = {}
  ) {
    self.pipeline = pipeline
    let box = SinkBox(sink: sink)
    thread = OwnThread("publisher") {
      pipeline.publish(to: box.sink, intervalMilliseconds: intervalMilliseconds, failed: failed)
    }
  }

  /// Everything said is published and committed; the thread has ended.
  package func finish() {
    pipeline.stop()
    thread.join()
  }

  /// SAFETY of `@unchecked Sendable`: the sink is used by the publisher's thread until it has ended.
  private struct SinkBox: @unchecked Sendable { let sink: any OutputSink }
}
