internal import ThermoclineCodec
package import ThermoclineCore

/// A file of overrides for a replay: a JSON object a line, as the messages of the topic but with the account in it.
package enum OverrideTable {
  /// The overrides of a file, one for an account at most.
  package static func read(_ path: String) throws(JobFailure) -> [String: ScoreOverride] {
    try parse(try Inputs.bytes(path, status: .noInput), file: path)
  }

  static func parse(_ bytes: [UInt8], file: String) throws(JobFailure) -> [String: ScoreOverride] {
    var overrides: [String: ScoreOverride] = [:]
    for (i, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { continue }
      func refusal(_ reason: RefusalReason, _ detail: String) -> JobFailure {
        JobFailure(.badData, "\(file):\(i + 1): \(reason.rawValue): \(detail)")
      }
      let account: String
      let override: ScoreOverride
      do throws(ProfileFault) {
        (account, override) = try ScoreOverrideDecoder.decode(line: Array(line))
      } catch { throw refusal(error.reason, error.detail) }
      guard overrides.updateValue(override, forKey: account) == nil else {
        throw refusal(.duplicateKey, "the account \(account) is there twice")
      }
    }
    return overrides
  }
}
