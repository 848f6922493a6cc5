import ThermoclineCore

extension WindowStore {
  /// Enters the features that filters name.
  mutating func enterFeatures() {
    for feature in plan.features {
      var bytes = Array(feature.utf8)
      let count = bytes.count
      // A name table reads up to 64 bytes past a name's end.
      bytes.append(contentsOf: repeatElement(0, count: 64))
      unsafe bytes.withUnsafeBytes { padded in
        let text = unsafe UnsafeRawBufferPointer(rebasing: padded[..<count])
        _ = unsafe featureNames.insert(featureNames.key(text, owner: 0), text, owner: 0)
      }
    }
  }

  /// The row of routes of an event: by its type, and by its feature if a filter names that.
  @inline(never)
  mutating func kind(of type: UInt32, _ event: Int, _ batch: borrowing EventBatch) -> UInt32 {
    let base = Int(type) * (plan.features.count + 1)
    let range = batch[event].feature
    if range.isAbsent { return kindRows[base] }
    let text = unsafe batch.text(range)
    let slot = unsafe featureNames.find(featureNames.key(text, owner: 0), text, owner: 0)
    if slot < 0 { return kindRows[base] }
    let place = base + 1 + Int(featureNames.index(at: slot))
    if kindRows[place] == noNode {
      kindRows[place] = UInt32(routes.count / levelsCount)
      let feature = plan.features[place - base - 1]
      _ = addRoutes(typeNames.string(type), type, feature: feature)
    }
    return kindRows[place]
  }

  /// Room for the kinds of a new type: without a named feature, which has the routes that are entered next, and with each.
  mutating func addKinds() {
    kindRows.append(UInt32(routes.count / levelsCount))
    kindRows.append(repeating: noNode, count: plan.features.count)
  }
}

extension EventRecord {
  /// What a distinct count of features tells apart: an event that names no feature is a use of its type.
  @inline(__always) var featureOrType: ByteRange { feature.isAbsent ? type : feature }
}
