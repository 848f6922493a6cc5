import ThermoclineCodec
import ThermoclineCore
import ThermoclineHealth

/// Writes scores straight from the sheet, byte for byte as `HealthScoreEncoder` writes the same score: what the
/// policy alone decides is encoded once.
package struct ScoreEncoder: ~Copyable {
  private let stages: StageRule
  /// Pieces of JSON, one after the other.
  private var pieces = TextBuffer()
  private var ends = Slab<Int>()
  private let measuresCount: Int
  private let dimensionsCount: Int
  /// First piece of each kind.
  private let names: Int
  private let bands: Int
  private let dimensions: Int
  private let quadrants: Int
  private let stageNames: Int
  private let policy: Int
  private let variants: Int
  /// The last time written: all scores of a tick have the same.
  private var time = EventTime.distantPast
  private var timeText = TextBuffer()

  package init(_ plan: PolicyPlan) {
    let policy = plan.policy
    stages = policy.stages
    measuresCount = policy.measures.count
    dimensionsCount = policy.dimensions.count
    names = measuresCount
    bands = names + measuresCount
    dimensions = bands + policy.bands.count
    quadrants = dimensions + dimensionsCount
    stageNames = quadrants + Quadrant.allCases.count
    self.policy = stageNames + AccountStage.allCases.count
    variants = self.policy + 1
    for measure in policy.measures {
      pieces.append("{\"name\":")
      pieces.append(quoted: measure.name)
      pieces.append(",\"dimension\":")
      pieces.append(quoted: measure.dimension ?? "")
      pieces.append(",\"value\":")
      ends.append(pieces.count)
    }
    for measure in policy.measures { add(measure.name) }
    for band in policy.bands { add(band.name) }
    for dimension in policy.dimensions { add(dimension.name) }
    for quadrant in Quadrant.allCases { add(quadrant.rawValue) }
    for stage in AccountStage.allCases { add(stage.rawValue) }
    add(policy.identifier)
    for members in plan.variants.members { add(policy.title(of: members)) }
  }

  /// Appends the sheet's score as an object. `profile` and `override` are rows of the registers.
  package mutating func encode(
    _ sheet: inout ScoreSheet, account: borrowing TextBuffer, profile: UInt32,
    _ profiles: inout ProfileRegister, override: UInt32, _ overrides: borrowing OverrideRegister,
    into text: inout TextBuffer
  ) {
    text.append("{\"account\":\"")
    let start = text.count
    text.append(0..<account.count, of: account)
    text.escape(from: start)
    text.append("\",\"at\":\"")
    write(sheet.at, to: &text)
    text.append(sheet.isFinal ? "\",\"final\":true,\"policy\":" : "\",\"final\":false,\"policy\":")
    piece(policy, to: &text)
    text.append(",\"variant\":")
    piece(variants + sheet.variant, to: &text)
    text.append(",\"score\":")
    text.append(points: sheet.points)
    text.append(",\"band\":")
    optional(sheet.band == noPlace ? nil : bands + Int(sheet.band), to: &text)
    text.append(",\"trend\":")
    text.append(readable: sheet.trend)
    text.append(",\"change\":")
    text.append(points: sheet.change)
    text.append(",\"weekChange\":")
    text.append(points: sheet.weekChange)
    text.append(",\"coverage\":")
    text.append(readable: sheet.coverage)
    text.append(",\"confidence\":")
    text.append(readable: sheet.confidence)
    text.append(",\"quadrant\":")
    optional(sheet.quadrant.map { quadrants + $0.place }, to: &text)
    text.append(",\"axes\":{\"commitment\":")
    text.append(points: sheet.commitment)
    text.append(",\"temperature\":")
    text.append(points: sheet.temperature)
    text.append("},\"dimensions\":{")
    for d in 0..<dimensionsCount {
      if d > 0 { text.append(Self.comma) }
      piece(dimensions + d, to: &text)
      text.append(UInt8(ascii: ":"))
      text.append(points: sheet.dimensions[d])
    }
    encodeMeasures(&sheet, into: &text)
    encodeProfile(&sheet, profiles.facts[profile], &profiles, into: &text)
    text.append(",\"override\":")
    overrides.write(override, to: &text)
    text.append(",\"summary\":\"")
    let summary = text.count
    sheet.writeSummary(to: &text)
    text.escape(from: summary)
    text.append("\"}")
  }

  private mutating func encodeMeasures(_ sheet: inout ScoreSheet, into text: inout TextBuffer) {
    text.append("},\"measures\":[")
    var isFirst = true
    for i in 0..<measuresCount where !sheet.lines[i].isAbsent {
      if !isFirst { text.append(Self.comma) }
      isFirst = false
      let line = sheet.lines[i]
      piece(i, to: &text)
      text.append(readable: line.hasValue ? line.value : nil)
      text.append(",\"expected\":")
      text.append(readable: line.hasExpected ? line.expected : nil)
      text.append(",\"subscore\":")
      text.append(points: line.subscore)
      text.append(",\"weight\":")
      text.append(readable: line.weight)
      text.append(",\"contribution\":")
      text.append(points: line.contribution)
      text.append(",\"change\":")
      text.append(points: line.change)
      if let yardstick = sheet.yardstick(of: i) {
        encode(yardstick, percentile: line.percentile, into: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
    text.append("],\"absent\":[")
    isFirst = true
    for i in 0..<measuresCount where sheet.lines[i].isAbsent {
      if !isFirst { text.append(Self.comma) }
      isFirst = false
      piece(names + i, to: &text)
    }
    text.append(UInt8(ascii: "]"))
  }

  private func encode(
    _ peers: PeerYardstick, percentile: Double, into text: inout TextBuffer
  ) {
    text.append(",\"peers\":{\"group\":")
    text.append(quoted: peers.groupName)
    text.append(",\"accounts\":")
    text.append(decimal: Int64(peers.accounts), places: 0)
    text.append(",\"percentile\":")
    text.append(readable: percentile)
    if peers.standIns > 0 {
      text.append(",\"standIns\":")
      text.append(decimal: Int64(peers.standIns), places: 0)
    }
    text.append(UInt8(ascii: "}"))
  }

  private mutating func encodeProfile(
    _ sheet: inout ScoreSheet, _ facts: ProfileFacts, _ profiles: inout ProfileRegister,
    into text: inout TextBuffer
  ) {
    text.append(",\"tier\":")
    text.append(profiles.range(facts.tier), of: profiles.quoted)
    text.append(",\"stage\":")
    if facts.stage >= 0 {
      text.append(profiles.range(facts.stage), of: profiles.quoted)
    } else {
      let stage = stages.stage(
        start: facts.contractStart, end: facts.contractEnd, firstEvent: sheet.firstEvent,
        at: sheet.at)
      piece(stageNames + stage.place, to: &text)
    }
    text.append(",\"revenue\":")
    text.append(readable: facts.revenue)
  }

  private static let comma = UInt8(ascii: ",")

  private mutating func write(_ at: EventTime, to text: inout TextBuffer) {
    if at != time || timeText.count == 0 {
      time = at
      timeText.clear()
      timeText.append(at.rfc3339)
    }
    text.append(0..<timeText.count, of: timeText)
  }

  private func optional(_ piece: Int?, to text: inout TextBuffer) {
    if let piece { self.piece(piece, to: &text) } else { text.append("null") }
  }

  private func piece(_ piece: Int, to text: inout TextBuffer) {
    text.append((piece == 0 ? 0 : ends[piece - 1])..<ends[piece], of: pieces)
  }

  private mutating func add(_ text: String) {
    pieces.append(quoted: text)
    ends.append(pieces.count)
  }
}

extension TextBuffer {
  /// Ten-thousandths of a point; `noPoints` is null.
  fileprivate mutating func append(points: Int32) {
    if points == noPoints { append("null") } else { append(decimal: Int64(points), places: 4) }
  }
}

extension Quadrant {
  /// Place among all cases.
  fileprivate var place: Int {
    switch self {
    case .redCarpet: 0
    case .convert: 1
    case .nurture: 2
    case .costly: 3
    }
  }
}
