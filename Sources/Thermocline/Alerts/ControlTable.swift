internal import ThermoclineCodec
package import ThermoclineCore
internal import ThermoclineHealth

/// A file of what people say of alerts, for a replay: a JSON object a line, as the messages of the topic but with
/// `fingerprint`, or `account` and `rule`, in it.
package enum ControlTable {
  /// The controls of a file by fingerprint, one for an alert at most.
  package static func read(_ path: String) throws(JobFailure) -> [String: AlertControl] {
    try parse(try Inputs.bytes(path, status: .noInput), file: path)
  }

  static func parse(_ bytes: [UInt8], file: String) throws(JobFailure) -> [String: AlertControl] {
    var controls: [String: AlertControl] = [:]
    for (i, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
      func refusal(_ reason: RefusalReason, _ detail: String) -> JobFailure {
        JobFailure(.badData, "\(file):\(i + 1): \(reason.rawValue): \(detail)")
      }
      let subject: AlertControlDecoder.Subject
      let control: AlertControl
      do throws(ProfileFault) {
        (subject, control) = try AlertControlDecoder.decode(line: Array(line))
      } catch { throw refusal(error.reason, error.detail) }
      let fingerprint =
        switch subject {
        case .fingerprint(let text): text
        case .alert(let account, let rule): alertFingerprint(rule: rule, account: account)
        }
      guard controls.updateValue(control, forKey: fingerprint) == nil else {
        throw refusal(.duplicateKey, "the alert \(fingerprint) is there twice")
      }
    }
    return controls
  }
}
