/// What the job is measured with a second time in each round of ``PipelineBench``.
package enum PipelineComparison: String, Sendable {
  /// The other guarantee of delivery.
  case otherGuarantee
  /// Metrics and logs: librdkafka's statistics, a log at `info`, and a server that is scraped.
  case watched
}
