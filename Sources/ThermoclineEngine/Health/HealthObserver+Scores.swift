import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth
import ThermoclineWindows

/// An account's score: worked out of its reading, and published.
extension HealthObserver {
  /// Works out an account's score as of its newest open pane.
  mutating func earlyScore(_ account: UInt32, _ store: inout WindowStore) {
    store.earlyReading(account, into: &reading)
    score(account, &store)
  }

  /// Works out the score of the reading: it stands in the sheet.
  mutating func score(_ account: UInt32, _ store: inout WindowStore) {
    let facts = profiles.facts[profile(of: account, &store)]
    if !sheet.peerMeasures.isEmpty {
      let yardsticks = peers.yardsticks(words(facts), &profiles, model.plan)
      sheet.use(yardsticks)
    }
    var variant = 0
    if sheet.hasVariants {
      let stage = model.plan.policy.stages.stage(
        start: facts.contractStart, end: facts.contractEnd, firstEvent: reading.firstEvent,
        at: reading.at)
      variant = sheet.variant(facts.places, stage: stage)
    }
    sheet.evaluate(reading, seats: facts.seats, variant: variant, account: account, &scores)
  }

  /// Row of the account's profile in the register, which is looked up once.
  mutating func profile(of account: UInt32, _ store: inout WindowStore) -> UInt32 {
    if rows[account].profile == HealthRow.unknown {
      let profile = known.count == 0 ? nil : known.profile(of: store.name(of: account))
      rows[account].profile = profile.map { profiles.add($0) } ?? 0
    }
    return rows[account].profile
  }

  /// Row of what a person says of the account's score as it is in the sheet; 0 = nothing.
  mutating func override(of account: UInt32, _ store: inout WindowStore) -> UInt32 {
    if knownOverrides.count == 0 { return 0 }
    if rows[account].override == HealthRow.unknown {
      if let said = knownOverrides.value(of: store.name(of: account)) {
        rows[account].override = overrides.add(said)
      } else {
        rows[account].override = 0
      }
    }
    return overrides.row(rows[account].override, at: sheet.at)
  }

  /// Whether the score in the sheet shows something else of it than what was published.
  mutating func isOverriddenAnew(_ account: UInt32, _ store: inout WindowStore) -> Bool {
    let row = override(of: account, &store)
    return overrides.mark(row) != rows[account].shownOverride
  }

  /// Says the score in the sheet.
  mutating func publish(
    _ account: UInt32, _ store: inout WindowStore, _ output: OutputBatch
  ) {
    let said = override(of: account, &store)
    census.move(rows[account].shown, to: standing)
    rows[account].shown = standing
    rows[account].shownOverride = overrides.mark(said)
    output.counts.scores += 1
    if output.isSilent { return }
    name.clear()
    store.appendName(of: account, to: &name)
    text.clear()
    encoder.encode(
      &sheet, account: name, profile: rows[account].profile, &profiles,
      override: said, overrides, into: &text)
    output.add(.scores, key: name, at: sheet.at, value: text)
  }

  /// What the score in the sheet is compared by.
  var standing: Standing {
    Standing(points: sheet.points, band: sheet.band, quadrant: sheet.quadrant, exists: true)
  }

  /// Whether a final score differs from the last published one in anything but its time.
  func saysNews(_ row: HealthRow) -> Bool {
    reading.lastEvent != row.knownEvent || sheet.trend != row.knownTrend
      || sheet.weekChange != row.knownWeekChange || sheet.band != row.shown.band
      || sheet.hasMovedMeasure
  }

  /// The full segment of an account, as of the reading.
  func words(_ facts: ProfileFacts) -> SegmentWords {
    SegmentWords(
      facts, model.plan.policy.stages, firstEvent: reading.firstEvent, at: reading.at)
  }
}
