package import ThermoclineEngine

/// The publisher's thread.
package final class Publisher: Sendable {
  private let pipeline: Pipeline
  private let thread: OwnThread

  /// On that thread, `waits` is called again and again while the sink takes or commits nothing, and `failed` when it fails.
  package init(
    _ pipeline: Pipeline, _ sink: any OutputSink, intervalMilliseconds: Int = 100,
    waits: @escaping @Sendable (OutputWait) -> Void = { _ in },
    failed: @escaping @Sendable () -> Void = {}
  ) {
    self.pipeline = pipeline
    let box = SinkBox(sink)
    thread = OwnThread("publisher") {
      pipeline.publish(
        to: box.sink, intervalMilliseconds: intervalMilliseconds, waits: waits, failed: failed)
    }
  }

  /// Everything said is published and committed; the thread has ended.
  package func finish() {
    pipeline.stop()
    thread.join()
  }

}

/// A sink on its way to the publisher's thread.
///
/// SAFETY of `@unchecked Sendable`: its owner uses the sink before that thread is made, and that thread until it has ended.
struct SinkBox: @unchecked Sendable {
  let sink: any OutputSink

  init(_ sink: any OutputSink) { self.sink = sink }
}
