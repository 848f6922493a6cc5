/// How the accounts of a segment use the product, as of one midnight: their usage, added up.
public struct SegmentUsage: Sendable, Equatable {
  /// One feature of the ranking.
  public struct Feature: Sendable, Equatable {
    public var name: String
    /// Accounts with an event of it in the last 28 days, and their events.
    public var accounts: Int
    public var events: Int
    /// Days of an account with one.
    public var days: Int
    /// Of these days, where the time for an outcome is over, the share that had one in it, 0…1; nil without such a day.
    public var conversion: Double?

    public init(name: String, accounts: Int, events: Int, days: Int, conversion: Double?) {
      self.name = name
      self.accounts = accounts
      self.events = events
      self.days = days
      self.conversion = conversion
    }
  }

  /// What became of those whose time has come.
  public struct Retention: Sendable, Equatable {
    /// Days from the first event to the week that is looked at.
    public var days: Int
    /// Accounts whose week is over, and those with an event in it; the same of users.
    public var accounts: Int
    public var accountsRetained: Int
    public var users: Int
    public var usersRetained: Int

    public init(days: Int, accounts: Int, accountsRetained: Int, users: Int, usersRetained: Int) {
      self.days = days
      self.accounts = accounts
      self.accountsRetained = accountsRetained
      self.users = users
      self.usersRetained = usersRetained
    }
  }

  /// The users who had their first event in the same week, and what became of them.
  public struct Cohort: Sendable, Equatable {
    /// After one of the horizons of retention.
    public struct Part: Sendable, Equatable {
      /// Days from the first event to the seven days that are looked at.
      public var days: Int
      /// Users whose seven days are over, and how many of them had an event in them.
      public var users: Int
      public var retained: Int

      public init(days: Int, users: Int, retained: Int) {
        self.days = days
        self.users = users
        self.retained = retained
      }
    }

    /// The Monday the week begins with.
    public var from: EventTime
    public var users: Int
    /// One for each of 7, 14, 28 and 56 days that is decided.
    public var retention: [Part]

    public init(from: EventTime, users: Int, retention: [Part]) {
      self.from = from
      self.users = users
      self.retention = retention
    }
  }

  /// Accounts that are looked at: those with an event in the last 91 days.
  public var accounts = 0
  public var users = UsageUsers()
  /// Events of the last 28 days.
  public var events = 0
  /// Different features of the last 28 days, at most `Limits.segmentFeaturesMax`.
  public var features = 0
  /// The features with the most events, most first.
  public var top: [Feature] = []
  /// The features whose use an outcome follows most often, most first; of those with enough days to tell.
  public var converting: [Feature] = []
  public var funnel: [AccountUsage.Step] = []
  /// One for each of 7, 14, 28 and 56 days.
  public var retention: [Retention] = []
  /// Of the last twelve weeks that are over, those in which anybody came, oldest first.
  public var cohorts: [Cohort] = []
  /// Accounts in onboarding after their first week, and those of them that stand still.
  public var onboarding = 0
  public var stalled = 0
  /// Hundredths of the currency in 28 days; nil without rates.
  public var cost: Int64?
  /// That cost ÷ 28 days of the revenue; nil without revenue or rates.
  public var costShare: Double?

  public init() {}
}
