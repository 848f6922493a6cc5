/// How one account uses the product, as of one midnight: product analytics from the windows of the last 28 days.
public struct AccountUsage: Sendable, Equatable {
  /// One feature of the ranking.
  public struct Feature: Sendable, Equatable {
    public var name: String
    /// Events of the last 28 days.
    public var events: Int
    /// Days with one.
    public var days: Int
    /// Of the days with one whose time for an outcome is over, the share that had an outcome of the account in that time,
    /// 0…1; nil without such a day.
    public var conversion: Double?

    public init(name: String, events: Int, days: Int, conversion: Double?) {
      self.name = name
      self.events = events
      self.days = days
      self.conversion = conversion
    }
  }

  /// One step of the funnel.
  public struct Step: Sendable, Equatable {
    /// The event type.
    public var type: String
    /// Different users with such an event in the last 28 days.
    public var users: Int
    /// Users of this step ÷ users of the step before, whoever they are; nil for the first, and after a step without users.
    public var conversion: Double?
    /// Different users with such an event and one of each step before, in any order, all in the last 28 days; nil where users
    /// are too many to be looked at one by one.
    public var converted: Int?
    /// `converted` ÷ that of the step before, 0…1; nil for the first, and after a step without any.
    public var convertedShare: Double?

    public init(
      type: String, users: Int, conversion: Double?, converted: Int? = nil,
      convertedShare: Double? = nil
    ) {
      self.type = type
      self.users = users
      self.conversion = conversion
      self.converted = converted
      self.convertedShare = convertedShare
    }
  }

  /// What became of those whose time has come, since the account's first event.
  public struct Retention: Sendable, Equatable {
    /// Days from the first event to the week that is looked at.
    public var days: Int
    /// Whether the account had an event in the 7 days from then on; nil = not known, or not yet.
    public var account: Bool?
    /// Users whose week is over, and how many of them had an event in it.
    public var users: Int
    public var retained: Int

    public init(days: Int, account: Bool?, users: Int, retained: Int) {
      self.days = days
      self.account = account
      self.users = users
      self.retained = retained
    }
  }

  public var account: String
  /// The midnight.
  public var at: EventTime
  /// `name@version` of the policy.
  public var policy: String
  public var stage: String
  public var users = UsageUsers()
  /// Days with an event, of the last 28.
  public var activeDays = 0
  /// Different features of the last 28 days: the breadth of adoption.
  public var features = 0
  /// The features with the most events, most first.
  public var top: [Feature] = []
  /// The features whose use an outcome follows most often, most first; of those with enough days to tell.
  public var converting: [Feature] = []
  public var funnel: [Step] = []
  /// One for each of 7, 14, 28 and 56 days.
  public var retention: [Retention] = []
  /// In onboarding: no user and no feature was new in the last 7 days, nor were more days active than in the 7 before.
  /// nil = not in onboarding, or in its first week.
  public var isOnboardingStalled: Bool?
  /// Events of the last 28 days.
  public var events = 0
  /// Recurring revenue a month.
  public var revenue = 0.0
  /// What the events of the last 28 days cost, by the policy's rates; nil without any.
  public var cost: Double?
  /// That cost ÷ 28 days of the revenue (a month being 365 ÷ 12 days); nil without revenue or rates.
  public var costShare: Double?

  public init(account: String, at: EventTime, policy: String, stage: String) {
    self.account = account
    self.at = at
    self.policy = policy
    self.stage = stage
  }
}
