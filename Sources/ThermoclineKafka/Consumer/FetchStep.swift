/// What a record handler says after each record.
package enum FetchStep: Sendable {
  case goOn
  /// This record was taken and is the last one of this poll: the rest stay queued, in order, for the next.
  case stop
}
