import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth

/// What scores need of a profile, in plain numbers; texts stand in the register.
struct ProfileFacts: BitwiseCopyable {
  var revenue: Double
  var seats: Int
  var contractStart: EventTime?
  var contractEnd: EventTime?
  var tier: Int32
  var industry: Int32
  /// −1 = by the contract's dates.
  var stage: Int32
  /// Place of its parent account's name; −1 = none.
  var parent: Int32
  /// Where its words stand among those of the policy's overrides.
  var places: SegmentPlaces
}

/// The profiles of a partition's accounts as rows of numbers. Row 0 is that of accounts without a profile.
package struct ProfileRegister: ~Copyable {
  private(set) var facts = Slab<ProfileFacts>()
  /// The key contacts of each row.
  private(set) var contacts: [[String]] = []
  /// Tiers, industries and stages, each once.
  private(set) var texts: [String] = []
  private var places: [String: Int32] = [:]
  /// The same as JSON strings.
  private(set) var quoted = TextBuffer()
  private var ends = Slab<Int>()
  private let variants: PolicyVariants

  package init(_ variants: PolicyVariants) {
    self.variants = variants
    _ = add(AccountProfile())
  }

  /// Enters a profile; gives its row.
  package mutating func add(_ profile: AccountProfile) -> UInt32 {
    facts.append(
      ProfileFacts(
        revenue: profile.revenue, seats: profile.seats, contractStart: profile.contractStart,
        contractEnd: profile.contractEnd, tier: place(profile.tier),
        industry: place(profile.industry), stage: profile.stage.map { place($0) } ?? -1,
        parent: profile.parent.map { place($0) } ?? -1,
        places: variants.places(of: profile)))
    contacts.append(profile.keyContacts)
    return UInt32(facts.count - 1)
  }

  /// Where a text stands in `quoted`.
  func range(_ text: Int32) -> Range<Int> {
    (text == 0 ? 0 : ends[Int(text) - 1])..<ends[Int(text)]
  }

  private mutating func place(_ text: String) -> Int32 {
    if let place = places[text] { return place }
    let place = Int32(texts.count)
    texts.append(text)
    places[text] = place
    quoted.append(quoted: text)
    ends.append(quoted.count)
    return place
  }
}
