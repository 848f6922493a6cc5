import ThermoclineCore

/// Where outputs go. Called from the publisher's thread only.
package protocol OutputSink: AnyObject {
  /// Makes ready, before anything else: what is wrong shows while there is nothing to lose.
  func start() throws(OutputSinkError)

  /// Before each batch: goes on with what it could not do before, for a second or so. After an error that `isPassing`, of
  /// this or of `commit`, nothing but this and `discard` is called until it succeeds.
  func makeRoom() throws(OutputSinkError)

  /// Publishes the records of a batch, in order, or keeps those that cannot go out now.
  func publish(_ batch: OutputBatch) throws(OutputSinkError)

  /// Everything published so far is to become visible, together with how far the input was read for it. After an error
  /// that `isPassing`, nothing is visible yet and all of it will be with a later commit.
  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError)

  /// What was published since the last commit is not to become visible: its input was given to another process.
  func discard() throws(OutputSinkError)
}

extension OutputSink {
  package func start() throws(OutputSinkError) {}

  package func makeRoom() throws(OutputSinkError) {}

  /// What cannot be taken back is said again by whoever reads the input next.
  package func discard() throws(OutputSinkError) {}
}

/// A sink that cannot go on; the text says what to do.
package struct OutputSinkError: Error, Sendable, CustomStringConvertible {
  package var description: String
  /// It could not be done now; the sink goes on.
  package var isPassing = false

  package init(_ description: String, isPassing: Bool = false) {
    self.description = description
    self.isPassing = isPassing
  }
}
