internal import ThermoclineCore

/// What the usage of an account and of a segment have in common.
extension JSONFields {
  /// The field `users`; nobody where it is missing.
  func users() throws(OutputDecodingError) -> UsageUsers {
    var result = UsageUsers()
    guard let users = try object("users") else { return result }
    result.daily = try users.count("daily")
    result.weekly = try users.count("weekly")
    result.monthly = try users.count("monthly")
    result.stickiness = try users.double("stickiness")
    result.successful = try users.count("successful")
    result.conversion = try users.double("conversion")
    return result
  }

  /// The field `funnel`; no step where it is missing.
  func funnel() throws(OutputDecodingError) -> [AccountUsage.Step] {
    var steps: [AccountUsage.Step] = []
    for step in try objects("funnel") {
      steps.append(
        AccountUsage.Step(
          type: try step.required("type", try step.string("type")),
          users: try step.count("users"), conversion: try step.double("conversion"),
          converted: try step.count("converted"),
          convertedShare: try step.double("convertedShare")))
    }
    return steps
  }

  /// The elements of an array that are objects; none where it is missing.
  func objects(_ name: String) throws(OutputDecodingError) -> [JSONFields] {
    (try array(name) ?? []).compactMap { JSONFields($0) }
  }
}
