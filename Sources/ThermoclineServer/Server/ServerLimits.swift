/// What a server puts up with. Nothing a client does costs more than this.
package struct ServerLimits: Sendable {
  /// Connections open at once; one more closes the one that has been idle for longest.
  package var connectionsMax = 256
  /// Bytes of a request's body.
  package var bodyBytesMax = 1_048_576
  /// Bytes of all header fields of a request.
  package var headerBytesMax = 16_384
  /// Requests of one client address a second; twice as many may come at once.
  package var requestsPerSecond = 200
  /// A connection without a request, or whose request's head does not come, is closed after it.
  package var idleMilliseconds = 15_000
  /// From a request's head to the end of its body.
  package var requestMilliseconds = 10_000
  /// How long a client may read nothing of its reply.
  package var stallMilliseconds = 10_000
  /// How long replies under way may take after `stop`.
  package var stopMilliseconds = 2_000

  package init() {}
}
