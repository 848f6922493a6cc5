package import ThermoclineCore

/// Writes what a person says of an alert.
package enum AlertControlEncoder {
  /// Appends it as alerts show it.
  package static func encode(_ control: AlertControl, into writer: inout JSONWriter) {
    write(control, expires: "expiresAt", into: &writer)
  }

  /// A message of the topic of alert controls.
  package static func message(_ control: AlertControl) -> [UInt8] {
    var writer = JSONWriter()
    write(control, expires: "expires", into: &writer)
    return writer.bytes
  }

  /// The same, unless the job would refuse it: then it throws why.
  package static func checkedMessage(_ control: AlertControl) throws(ProfileFault) -> [UInt8] {
    let message = message(control)
    _ = try AlertControlDecoder.decode(message)
    return message
  }

  private static func write(
    _ control: AlertControl, expires: String, into writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.key("action")
    writer.value(control.action.rawValue)
    writer.key("reason")
    writer.value(control.reason)
    writer.key("author")
    writer.value(control.author)
    writer.key("from")
    writer.value(control.from)
    writer.key(expires)
    writer.value(control.expires)
    writer.endObject()
  }
}
