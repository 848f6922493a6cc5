internal import ThermoclineCodec
package import ThermoclineHealth

/// What two policies say differently.
package struct PolicyDiff: Sendable {
  /// One thing that differs.
  package struct Change: Sendable, Equatable {
    /// `measures.events_7d.weight`
    package var key: String
    /// nil = is not there.
    package var before: String?
    package var after: String?
  }

  /// A measure's part of the score or of an axis, 0…1, where all of them have data.
  package struct Share: Sendable, Equatable {
    package var measure: String
    /// nil = of the score.
    package var axis: Axis?
    /// For which accounts, in the words of overrides; empty = those without.
    package var variant: String
    package var before: Double
    package var after: Double
  }

  package let before: String
  package let after: String
  package let changes: [Change]
  /// Measures whose part differs: for accounts without an override, then for those of overrides where it differs otherwise.
  package let shares: [Share]
  /// Why a job that runs the first cannot go over to the second; nil when it can.
  package let obstacle: SuccessionObstacle?

  /// Compares two valid policies.
  package init(_ before: Policy, _ after: Policy) {
    self.before = before.identifier
    self.after = after.identifier
    let (old, new) = (PolicyFields.all(before), PolicyFields.all(after))
    let values = Dictionary(uniqueKeysWithValues: new.map { ($0.key, $0.value) })
    let known = Dictionary(uniqueKeysWithValues: old.map { ($0.key, $0.value) })
    changes =
      old.filter { values[$0.key] != $0.value }
      .map { Change(key: $0.key, before: $0.value, after: values[$0.key]) }
      + new.filter { known[$0.key] == nil }
      .map { Change(key: $0.key, before: nil, after: $0.value) }
    shares = Self.shares(before, after)
    do throws(SuccessionObstacle) {
      _ = try PolicyPlan(before).successor(after)
      obstacle = nil
    } catch {
      obstacle = error
    }
  }

  private static func shares(_ before: Policy, _ after: Policy) -> [Share] {
    let (old, new) = (before.variantsByTitle, after.variantsByTitle)
    let common = shares(old[0].policy, new[0].policy, "")
    let titles =
      old.map(\.title)
      + new.map(\.title).filter { title in
        !old.contains { $0.title == title }
      }
    return common
      + titles.filter { !$0.isEmpty }.flatMap { title in
        // Where one of them has no such overrides, it judges these accounts as it does others.
        let (a, b) = (
          (old.first { $0.title == title } ?? old[0]).policy,
          (new.first { $0.title == title } ?? new[0]).policy
        )
        return shares(a, b, title).filter { share in
          !common.contains {
            $0.measure == share.measure && $0.axis == share.axis && $0.before == share.before
              && $0.after == share.after
          }
        }
      }
  }

  private static func shares(_ before: Policy, _ after: Policy, _ variant: String) -> [Share] {
    ([nil] + Axis.allCases.map(Optional.some)).flatMap { axis in
      let (a, b) = (before.shares(of: axis), after.shares(of: axis))
      let names = a.map(\.name) + b.map(\.name).filter { name in !a.contains { $0.name == name } }
      return names.compactMap { name in
        let share = Share(
          measure: name, axis: axis, variant: variant,
          before: a.first { $0.name == name }?.share ?? 0,
          after: b.first { $0.name == name }?.share ?? 0)
        return abs(share.before - share.after) < 0.000_5 ? nil : share
      }
    }
  }

  /// In words, a line for each thing.
  package var text: String {
    var lines = ["\(before) → \(after)"]
    if changes.isEmpty { lines.append("They say the same.") }
    for change in changes {
      switch (change.before, change.after) {
      case (let before?, let after?): lines.append("~ \(change.key): \(before) → \(after)")
      case (let before?, nil): lines.append("- \(change.key): \(before)")
      case (_, let after): lines.append("+ \(change.key): \(after ?? "")")
      }
    }
    var heading = ""
    for share in shares {
      let whom = share.variant.isEmpty ? "" : ", \(share.variant)"
      let next =
        "Parts of \(share.axis?.rawValue ?? "the score") where all measures have data\(whom):"
      if next != heading { lines.append(next) }
      heading = next
      lines.append("  \(share.measure): \(percentText(share.before)) → \(percentText(share.after))")
    }
    if !changes.isEmpty {
      lines.append(
        obstacle.map { "A running job refuses the second: \($0)." }
          ?? "A running job goes over to the second at the next midnight of event time.")
    }
    return lines.joined(separator: "\n")
  }

  /// One JSON object.
  package var json: String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("before")
    writer.value(before)
    writer.key("after")
    writer.value(after)
    writer.key("changes")
    writer.objects(changes) { change, writer in
      for (key, text) in [("key", change.key), ("before", change.before), ("after", change.after)] {
        writer.key(key)
        writer.value(text)
      }
    }
    writer.key("shares")
    writer.objects(shares) { share, writer in
      writer.key("measure")
      writer.value(share.measure)
      writer.key("axis")
      writer.value(share.axis?.rawValue)
      writer.key("variant")
      writer.value(share.variant)
      for (key, number) in [("before", share.before), ("after", share.after)] {
        writer.key(key)
        writer.readable(number)
      }
    }
    writer.key("needsRestart")
    writer.value(obstacle.map { $0 != .sameIdentifier } ?? false)
    writer.key("obstacle")
    writer.value(obstacle?.description)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension Policy {
  /// The policy as it is for each combination of overrides that accounts can have; first without any.
  fileprivate var variantsByTitle: [(title: String, policy: Policy)] {
    PolicyVariants(self).members.map { (title(of: $0), applying($0)) }
  }
}
