/// The fields of an event that a mapping may name.
package enum EventField: String, CaseIterable, Sendable {
  case type, account, user, time, id, value, feature
}
