/// Who uses the product, of an account or a segment, whose accounts' users are each counted on their own.
public struct UsageUsers: Sendable, Equatable {
  /// Different users of the last day, of the last 7 and of the last 28 days.
  public var daily = 0
  public var weekly = 0
  public var monthly = 0
  /// Mean of the daily users of the last 28 days ÷ `monthly`, 0…1; nil without a user.
  public var stickiness: Double?
  /// Different users of the last 28 days with an outcome of their own.
  public var successful = 0
  /// Of `monthly`, the share of these, 0…1; nil without a user.
  public var conversion: Double?

  public init() {}
}
