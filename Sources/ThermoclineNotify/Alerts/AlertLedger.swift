package import ThermoclineCore

/// How each alert stands as far as the topic was read: tells what a message changes, and knows one that came before.
///
/// It follows from the messages alone, so that it is rebuilt by reading them again.
package struct AlertLedger: Sendable {
  /// What a message is.
  package enum News: Equatable, Sendable {
    /// It came before, or something newer did.
    case duplicate
    /// Evidence only; nothing has fired.
    case pending
    /// - isTold: whether the sink is told of this alert.
    case change(AlertChange.Kind, before: AlertMark?, isTold: Bool)
  }

  private struct Entry {
    var alert: HealthAlert
    var partition: Int32
    var isTold: Bool
    var isOpen: Bool { alert.state != .resolved }
  }

  private let filter: AlertFilter
  /// Whether open alerts are kept with all their words, to be told again.
  private let keepsWords: Bool
  private let entriesMax: Int
  private var entries: [String: Entry] = [:]
  /// Alerts that stand.
  package private(set) var openCount = 0
  /// Open ones that were forgotten for want of room.
  package private(set) var forgottenCount = 0

  package init(
    filter: AlertFilter = AlertFilter(), keepsWords: Bool = false,
    entriesMax: Int = NotifyLimits.ledgerMax
  ) {
    self.filter = filter
    self.keepsWords = keepsWords
    self.entriesMax = entriesMax
  }

  /// Alerts remembered.
  package var count: Int { entries.count }

  /// Takes a message in.
  package mutating func take(_ alert: HealthAlert, partition: Int32) -> News {
    guard alert.state != .pending else { return .pending }
    let key = AlertChange.key(alert.fingerprint)
    let known = entries[key]
    if let known, isOld(alert, beside: known.alert) { return .duplicate }
    let open = known.flatMap { $0.isOpen && $0.alert.startsAt == alert.startsAt ? $0 : nil }
    let kind = kind(of: alert, open: open)
    // One that was told of is told of to its end, however it changes.
    let isTold = filter.admits(alert) || open?.isTold == true || kind == .resolved && known == nil
    if known?.isOpen == true { openCount -= 1 }
    if alert.state != .resolved { openCount += 1 }
    entries[key] = Entry(alert: kept(alert), partition: partition, isTold: isTold)
    if entries.count > entriesMax { makeRoom() }
    let wasOpen = known.flatMap { $0.isOpen ? $0 : nil }
    return .change(kind, before: wasOpen.map { AlertMark($0.alert) }, isTold: isTold)
  }

  private func isOld(_ alert: HealthAlert, beside known: HealthAlert) -> Bool {
    guard alert.at == known.at else { return alert.at < known.at }
    return alert.state == known.state && alert.severity == known.severity
      && alert.startsAt == known.startsAt && alert.control == known.control
  }

  private func kind(of alert: HealthAlert, open: Entry?) -> AlertChange.Kind {
    if alert.state == .resolved { return .resolved }
    guard let open else { return .opened }
    if alert.severity.weight < open.alert.severity.weight { return .escalated }
    let (was, isNow) = (open.alert.control?.action, alert.control?.action)
    return isNow == .acknowledge && was != .acknowledge ? .acknowledged : .updated
  }

  private func kept(_ alert: HealthAlert) -> HealthAlert {
    guard !keepsWords || alert.state == .resolved else { return alert }
    var alert = alert
    alert.summary = ""
    alert.cause = nil
    alert.policy = ""
    return alert
  }

  /// Those that stand and are told of, in the order of their names.
  package func open(of partitions: Set<Int32>) -> [HealthAlert] {
    entries.filter { $0.value.isOpen && $0.value.isTold && partitions.contains($0.value.partition) }
      .sorted { $0.key < $1.key }.map(\.value.alert)
  }

  /// Forgets the alerts of a partition that others read now.
  package mutating func forget(partition: Int32) {
    for (key, entry) in entries where entry.partition == partition {
      if entry.isOpen { openCount -= 1 }
      entries[key] = nil
    }
  }

  /// Forgets up to a quarter: what is over, the oldest first; open ones only where there is nothing else.
  private mutating func makeRoom() {
    let over = entries.filter { !$0.value.isOpen }
    let oldest = (over.isEmpty ? entries : over).sorted {
      ($0.value.alert.at, $0.key) < ($1.value.alert.at, $1.key)
    }
    for (key, entry) in oldest.prefix(max(1, entriesMax / 4)) {
      if entry.isOpen {
        openCount -= 1
        forgottenCount += 1
      }
      entries[key] = nil
    }
  }
}
