/// What became of handing over one record.
package enum ProduceResult: Sendable, Hashable {
  /// Copied and queued; its fate is counted in the deliveries.
  case queued
  /// No room: poll, then hand it over again. Nothing was taken.
  case queueFull
}
