/// What a reader of the output topics may rely on after a failure.
package enum DeliveryGuarantee: String, Sendable, CaseIterable {
  /// A `read_committed` reader sees every output once.
  case exactlyOnce = "exactly_once"
  /// Outputs may come twice, never not at all.
  case atLeastOnce = "at_least_once"
}
