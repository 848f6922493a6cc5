internal import ThermoclineCodec
internal import ThermoclineCore
internal import ThermoclineEngine

/// Takes a replay's outputs and keeps when alerts began to fire, and since when there were accounts.
final class AlertCollector: OutputSink {
  private let profiles: [String: AccountProfile]
  /// Alerts that fire or recover, by fingerprint.
  private var open: Set<String> = []
  private(set) var fired: [FiredAlert] = []
  /// First score of each account.
  private(set) var firstSeen: [String: EventTime] = [:]

  init(_ profiles: [String: AccountProfile]) { self.profiles = profiles }

  func publish(_ batch: OutputBatch) throws(OutputSinkError) {
    do throws(OutputDecodingError) {
      for record in batch.records {
        switch record.stream {
        case .scores:
          let account = String(decoding: batch.bytes[record.key], as: UTF8.self)
          if firstSeen[account] == nil { firstSeen[account] = record.at }
        case .alerts: take(try HealthAlertDecoder.decode(Array(batch.bytes[record.value])))
        default: break
        }
      }
    } catch { throw OutputSinkError("\(error)") }
  }

  func commit(_ progress: [PartitionProgress]) throws(OutputSinkError) {}

  private func take(_ alert: HealthAlert) {
    switch alert.state {
    case .pending: break
    case .recovering: open.insert(alert.fingerprint)
    case .resolved: open.remove(alert.fingerprint)
    case .firing:
      guard open.insert(alert.fingerprint).inserted else { return }
      fired.append(
        FiredAlert(
          account: alert.account, rule: alert.rule, at: alert.at, severity: alert.severity,
          tier: alert.tier, industry: profiles[alert.account]?.industry ?? "",
          stage: alert.stage, summary: alert.summary))
    }
  }
}
