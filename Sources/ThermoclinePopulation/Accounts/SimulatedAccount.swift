package import ThermoclineCore

/// One customer as the simulation knows it: the truth behind its events.
package struct SimulatedAccount: Sendable {
  /// Position in the population, from 0.
  package var index: Int
  /// For example `acct-000042`.
  package var name: String
  package var profile: AccountProfile
  /// Expected events in an ordinary week, of all types of the activity mix.
  package var weeklyMean: Double
  /// Variance ÷ mean of its counts, 1…8.
  package var dispersion: Double
  /// Users at the beginning; user 0 is the most active one (Zipf).
  package var users: Int
  /// Features it uses, 2…`EventVocabulary.features.count`; feature 0 is used most (Zipf).
  package var features: Int
  /// Rotation of its features, so that the favourite differs between accounts.
  package var featureOffset: Int
  /// Share of an average day on Monday…Sunday; the mean is 1.
  package var weekdays: [Double]
  /// Hours by which its working day lies before UTC's; negative is after.
  package var zone: Int
  /// Day of the month of its payment, 1…28.
  package var paymentDay: Int

  /// The name of a feature of this account, by its rank.
  package func feature(_ rank: Int) -> String {
    EventVocabulary.features[(rank + featureOffset) % EventVocabulary.features.count]
  }

  /// The name of one of its users, for example `u-000042-13`.
  package func user(_ rank: Int) -> String { "u-\(name.dropFirst(5))-\(rank)" }
}
