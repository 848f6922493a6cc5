import ArgumentParser
import Thermocline

/// In which form events come in.
struct FormatOptions: ParsableArguments {
  @Option(
    name: .long,
    help: """
      Format of the events: auto, thermocline, segment, cloudevents, posthog, amplitude, snowplow, mapped, csv. \
      Without it auto, or mapped when there is a --map.
      """)
  var format: String?
  @Option(
    name: .long, parsing: .upToNextOption,
    help: """
      Where a field stands: field=/json/pointer, or field=column of CSV. Fields: type, account, user, time, id, \
      value, feature. Example: --map account=/repo/name user=/actor/login
      """)
  var map: [String] = []
  @Option(
    name: .customLong("account-group"),
    help: "Kind of group (PostHog, Amplitude) or entity (Snowplow) that is an account.")
  var accountGroup = "company"

  /// What a configuration says, unless a flag is given.
  func settings(over configured: InputSettings) throws -> InputSettings {
    let isGiven = format != nil || !map.isEmpty || accountGroup != InputSettings().accountGroup
    return isGiven ? try settings() : configured
  }

  func settings() throws -> InputSettings {
    try InputSettings(format: format, maps: map, accountGroup: accountGroup)
  }
}
