import ThermoclineCore

/// Where outputs go. Called from the publisher's thread only.
package protocol OutputSink: AnyObject {
  /// Publishes the records of a batch, in order.
  func publish(_ batch: OutputBatch) throws(OutputSinkError)

  /// Everything published so far is to become visible, together with how far the input was read for it.
  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError)
}

/// A sink that cannot go on; the text says what to do.
package struct OutputSinkError: Error, Sendable, CustomStringConvertible {
  package var description: String
  package init(_ description: String) { self.description = description }
}
