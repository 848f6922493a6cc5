/// What the vendor knows of an account besides its behaviour. Every field has a default, so an account
/// without a profile is an ordinary one.
public struct AccountProfile: Sendable, Equatable {
  public var tier = "standard"
  public var industry = ""
  /// Set when the profile names a stage; otherwise the stage follows from age and contract.
  public var stage: String?
  public var contractStart: EventTime?
  public var contractEnd: EventTime?
  /// Recurring revenue a month, in the vendor's currency; ≥ 0.
  public var revenue: Double = 0
  /// Licensed users; 0 = not known.
  public var seats: Int = 0
  public var keyContacts: [String] = []
  public var parent: String?

  public init() {}
}
