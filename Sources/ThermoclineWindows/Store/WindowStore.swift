import ThermoclineCore

/// What became of an event.
public enum ApplyOutcome: Sendable, Equatable {
  case applied
  /// Applied to windows that were already final; the account is due again at the next tick.
  case correction
  case late
  case tooManyAccounts
  /// The closed panes of the partition have all the room there is; time goes on with it all the same.
  case full
}

/// The sliding windows of all accounts of one input partition. One owner, one thread, no clock, no locks.
///
/// For each account and slide there are panes, oldest first, only where there were events. Panes at or after the tick are
/// *open*: linked nodes that events change, and that count in early readings only. When a pane closes it is written to
/// the account's *logs*, a few bytes an item: one of its cells, one of its entities. In a log stands one *cursor* for each
/// boundary, on the first pane which has not crossed it; at a tick the due accounts' cursors move and the totals change
/// by the panes they pass. What no boundary needs any more is given back, so an idle account shrinks to its fixed row.
@safe package struct WindowStore: ~Copyable, Sendable {
  package let plan: WindowPlan
  package let settings: WindowSettings

  struct EntityNode: BitwiseCopyable {
    var entity: UInt32
    var next: UInt32
    /// Events in the pane besides those its tally holds.
    var events: UInt32 = 0
  }
  /// A user or feature of an account. The newest pane it was seen in is the mark of its name's slot, the events it had there that
  /// slot's tally.
  struct Entity: BitwiseCopyable {
    /// Newest closed pane it was seen in.
    var lastClosed: Int32
    /// The pane it was seen in before the newest: both list it.
    var previousSeen: Int32
    /// The newest pane again, as of its first event there.
    var lastSeen: Int32
    var dimension: UInt32
  }
  struct Account: BitwiseCopyable {
    var first: Int64
    var newest: Int64
    /// Newest event before the last tick.
    var newestClosed: Int64
    /// Tick (in smallest slides) at which it has something to do; `Int64.max` = none.
    var due: Int64
    /// Tick the owner asked to be woken at; `Int64.max` = none.
    var timer: Int64
    /// Users and features of it that the windows know.
    var entities: UInt32
    var isDirty: Bool
    var isCorrected: Bool
    var inUse: Bool
    /// Its last open pane at the first levels; makes it a cache line.
    var tails: InlineArray<4, UInt32>

    /// Without events.
    init() {
      first = .max
      newest = .min
      newestClosed = .min
      due = .max
      timer = .max
      entities = 0
      isDirty = false
      isCorrected = false
      inUse = true
      tails = InlineArray(repeating: noNode)
    }
  }
  struct HotLevel: BitwiseCopyable {
    var slide: Int64
    /// Index of `Limits.eventTimeMin` in slides since 1970.
    var origin: Int64
    /// Panes below this index are closed.
    var tick: Int32
    /// The pane of the last event, to spare a division.
    var cachedStart: Int64
    var cachedIndex: Int32
    /// Where an account's row has the level's first open pane, and from the fifth level on the last one.
    var cursorBase: Int
    var cells: HotLog
    var entities: HotLog
    /// Columns, and the first of them in `columnIsSum`.
    var columns: UInt32
    var columnsBase: UInt32
    /// What a pane takes in the logs at most.
    var paneLogBytes: Int
    /// Smallest slides in one slide of this level.
    var ratio: Int64
    /// What is computed from the panes when the account is settled.
    var scans: Range
  }
  /// The fixed part of one log of every account.
  struct HotLog: BitwiseCopyable {
    /// Where an account's row has the log's end, its newest pane, and place and pane of each boundary but the first.
    var cursorBase: Int
    /// Boundaries, the closing of the pane (age 0) included.
    var boundaries: Int
    /// Of its first boundary in `ages`.
    var agesBase: Int
    /// Of its first boundary and item in `cellSteps` or `entitySteps`.
    var stepsBase: Int
  }
  struct Range: BitwiseCopyable {
    var start: UInt32
    var count: UInt32
  }
  struct HotStep: BitwiseCopyable {
    var quantity: UInt32
    var presence: Bool
    var sign: Int64
  }
  struct HotDistinct: BitwiseCopyable {
    var quantity: UInt32
    /// Length of its window in panes.
    var panes: Int32
  }
  /// What an event of a type touches at one level.
  struct Route: BitwiseCopyable {
    var columns: Range
    var dimensions: Range
    /// Columns of newest times, each followed by its column of values.
    var lasts: Range
  }

  // Names.
  var accountNames: NameTable
  var typeNames: NameTable
  var entityNames: NameTable

  // Rows.
  var accounts = Slab<Account>()
  var cursors = Slab<UInt32>()
  var totals = Slab<Int64>()
  var entities = Slab<Entity>()
  /// One for each of `entities` where the plan tallies anything.
  var tallies = Slab<Tallied>()
  var panes = PaneBlocks()
  var entityNodes = NodePool<EntityNode>()
  var log = ByteChunks()
  /// Bytes that the logs have for what is opened next; below 0 events are refused (`measureLog`).
  var logRoom = 0
  /// What closing all open panes takes at most, their entities aside.
  var openLogBytes = 0

  // The plan, flattened for the hot loops.
  /// From one account's row to the next.
  let cursorsPerAccount: Int
  let totalsPerAccount: Int
  let quantitiesCount: Int
  let levelsCount: Int
  let dimensionsCount: UInt32
  let isTallying: Bool
  var levels = Slab<HotLevel>()
  var ages = Slab<Int32>()
  /// By boundary and column.
  var cellSteps = Slab<Range>()
  /// By boundary and dimension: of user-panes, and of distinct counts that are left (sign −1).
  var entitySteps = Slab<Range>()
  var leavingSteps = Slab<Range>()
  var steps = Slab<HotStep>()
  /// By level and dimension.
  var distinctRanges = Slab<Range>()
  var distincts = Slab<HotDistinct>()
  /// By level and column.
  var columnIsSum = Slab<Bool>()
  var dimensionIsFeature = Slab<Bool>()
  /// Its entities' events are counted, and stand beside them in the log.
  var dimensionIsTallied = Slab<Bool>()
  var routes = Slab<Route>()
  var routeItems = Slab<UInt32>()
  var scans = Slab<HotScan>()
  var scanWeights = Slab<Int64>()

  // Features that filters name, if any; an event's type and named feature together are its kind.
  let namesFeatures: Bool
  var featureNames: NameTable
  var kindRows = Slab<UInt32>()

  // Time.
  var wheel: TickWheel
  /// Newest accepted event time.
  package internal(set) var newestEvent = EventTime.distantPast
  /// No event before it is expected.
  package internal(set) var watermark = EventTime.distantPast
  /// Everything before it is final: the last boundary of the smallest slide that the watermark passed.
  var closedUntil = Int64.min
  /// The account of the last event that was a correction.
  package internal(set) var correctedAccount = noNode

  // Work for the owner.
  var dirty = Slab<UInt32>()
  var dirtyHead = 0
  /// Users and features that are about to be forgotten.
  var leavers = Slab<UInt32>()
  var scratch = Slab<Int64>()
  var warmed = Slab<WarmEvent>()
  var warmedUsers = Slab<WarmName>()
  var warmedFeatures = Slab<WarmName>()
  /// Accounts forgotten so far, and as of the last look ahead: a number found then may be another account's since.
  var forgotten = 0
  var warmedAge = 0
  /// The same of users and features: any entered or removed since may have moved the others.
  var warmedNamesAge = 0
  /// The dimensions whose users and features are looked up ahead; `noNode` = none.
  var warmUsers = noNode
  var warmFeatures = noNode

  package init(plan: WindowPlan, settings: WindowSettings) {
    self.plan = plan
    self.settings = settings
    let seed = settings.hashSeed
    accountNames = NameTable(seed: seed)
    typeNames = NameTable(seed: seed ^ 1)
    entityNames = NameTable(seed: seed ^ 2)
    featureNames = NameTable(seed: seed ^ 3, capacity: 4)
    namesFeatures = !plan.features.isEmpty
    cursorsPerAccount = CacheLine.stride(
      of: plan.cursorsPerAccount, itemBytes: MemoryLayout<UInt32>.stride)
    totalsPerAccount = CacheLine.stride(
      of: plan.quantities.count, itemBytes: MemoryLayout<Int64>.stride)
    quantitiesCount = plan.quantities.count
    levelsCount = plan.levels.count
    dimensionsCount = UInt32(plan.dimensions.count)
    isTallying = !plan.tallies.isEmpty
    let finest = plan.levels[0].slide.milliseconds
    let span = plan.levels.map { ($0.ageMax + 2) * ($0.slide.milliseconds / finest) }.max()!
    wheel = TickWheel(span: Int(span))
    scratch.append(repeating: 0, count: plan.quantities.count)
    warmUsers = plan.dimension(of: .any, isFeature: false)
    warmFeatures = plan.dimension(of: .any, isFeature: true)
    warmed.append(repeating: .cold, count: Self.warmMax)
    warmedUsers.append(repeating: .cold, count: Self.warmMax)
    warmedFeatures.append(repeating: .cold, count: Self.warmMax)
    flatten()
    enterFeatures()
    measureLog()
  }

  private mutating func flatten() {
    for dimension in plan.dimensions {
      dimensionIsFeature.append(dimension.isFeature)
      dimensionIsTallied.append(plan.tallies(dimension))
    }
    for level in plan.levels {
      let slide = level.slide.milliseconds
      let cells = HotLog(
        cursorBase: level.cursorBase + 2, boundaries: level.cells.ages.count,
        agesBase: ages.count, stepsBase: cellSteps.count)
      for age in level.cells.ages { ages.append(Int32(age)) }
      for item in level.cells.steps.joined() { cellSteps.append(range(of: item)) }
      let entities = HotLog(
        cursorBase: cells.cursorBase + level.cells.cursorsCount,
        boundaries: level.entities.ages.count, agesBase: ages.count, stepsBase: entitySteps.count)
      for age in level.entities.ages { ages.append(Int32(age)) }
      for item in level.entities.steps.joined() { entitySteps.append(range(of: item)) }
      for item in level.distinctLeaving.joined() {
        leavingSteps.append(
          range(of: item.map { WindowPlan.Step(quantity: $0, sign: -1, presence: false) }))
      }
      for dimension in level.distinct {
        distinctRanges.append(
          Range(start: UInt32(distincts.count), count: UInt32(dimension.count)))
        for (quantity, panes) in dimension {
          distincts.append(HotDistinct(quantity: UInt32(quantity), panes: Int32(panes)))
        }
      }
      let columnsBase = UInt32(columnIsSum.count)
      for column in level.columns { columnIsSum.append(column.isInMillionths) }
      panes.add(levelWith: level.columns.count)
      levels.append(
        HotLevel(
          slide: slide, origin: Limits.eventTimeMin.milliseconds / slide, tick: 0,
          cachedStart: Int64.min / 2, cachedIndex: 0, cursorBase: level.cursorBase, cells: cells,
          entities: entities, columns: UInt32(level.columns.count), columnsBase: columnsBase,
          paneLogBytes: Self.logBytesMax(columns: level.columns.count),
          ratio: slide / plan.levels[0].slide.milliseconds, scans: flatten(level.scans, level)))
    }
  }

  private mutating func range(of items: [WindowPlan.Step]) -> Range {
    let range = Range(start: UInt32(steps.count), count: UInt32(items.count))
    for step in items {
      steps.append(
        HotStep(quantity: UInt32(step.quantity), presence: step.presence, sign: step.sign))
    }
    return range
  }

  package var accountsCount: Int { accountNames.count }
  /// Panes that are still open.
  package var openPanesCount: Int { panes.count }
  /// Bytes of the closed panes.
  package var logBytes: Int { log.used }

  /// Bytes held by the windows, names and indices.
  package var bytes: Int { bytesOfParts.total }

  /// Nothing new is entered: an event of another account is refused.
  package var isFull: Bool {
    accountNames.count >= settings.accountsMax || bytes >= settings.bytesMax
      // Positions in the logs are 32 bits wide: known accounts must have room to go on.
      || logBytesTaken >= settings.logBytesMax / 4 * 3
  }

  /// Events that counted although their user or feature was one too many to be told apart.
  package internal(set) var uncountedEntities = 0

  /// The same by part, for whoever looks for where memory goes.
  package var bytesOfParts: StoreBytes {
    StoreBytes(
      names: accountNames.bytes + typeNames.bytes + entityNames.bytes,
      entities: entities.bytes + (plan.tallies.isEmpty ? 0 : tallies.bytes),
      rows: accounts.bytes + cursors.bytes + totals.bytes,
      openPanes: panes.bytes + entityNodes.bytes,
      log: log.bytes,
      wheel: wheel.bytes + dirty.bytes)
  }

  package mutating func name(of account: UInt32) -> String { accountNames.string(account) }

  /// Writes an account's name to a text, without allocating.
  package mutating func appendName(of account: UInt32, to text: inout TextBuffer) {
    accountNames.append(account, to: &text)
  }

  /// The index of an account that has been seen, or nil.
  package mutating func account(named name: String) -> UInt32? {
    var bytes = Array(name.utf8)
    let count = bytes.count
    guard count > 0, count <= Limits.nameBytesMax else { return nil }
    bytes.append(contentsOf: repeatElement(0, count: 64))
    let slot = unsafe bytes.withUnsafeBytes { (padded) -> Int in
      let text = unsafe UnsafeRawBufferPointer(rebasing: padded[..<count])
      return unsafe accountNames.find(accountNames.key(text, owner: 0), text, owner: 0)
    }
    return slot < 0 ? nil : accountNames.index(at: slot)
  }

  mutating func noteEvent(_ time: Int64) {
    newestEvent = EventTime(milliseconds: time)
    watermark = max(watermark, newestEvent - settings.outOfOrderness)
  }
}

/// How the windows of a partition treat time and growth.
package struct WindowSettings: Sendable {
  /// How far behind the newest event another may come and still be on time.
  package var outOfOrderness: TimeSpan
  /// How far behind the watermark an event may come and still correct final windows.
  package var allowedLateness: TimeSpan
  /// Accounts in one partition; an event of one more is refused.
  package var accountsMax: Int
  /// Bytes of the windows and names of one partition. From there on no new name is entered: events of new accounts are
  /// refused, new users and features are not counted. What is known goes on, and grows by its open windows only.
  package var bytesMax: Int
  /// Users and features of one account that are told apart; one more is not counted as another.
  package var entitiesMax: Int
  /// Bytes of the closed panes of one partition. At three quarters of it new accounts are refused; where what is open
  /// could not be closed any more, all events are, until panes have left their windows.
  package var logBytesMax = ByteChunks.bytesMax
  /// Drawn per process; no output depends on it.
  package var hashSeed: UInt64

  package init(
    outOfOrderness: TimeSpan = .seconds(5), allowedLateness: TimeSpan = .zero,
    accountsMax: Int = 10_000_000, bytesMax: Int = .max,
    entitiesMax: Int = Limits.entitiesPerAccountMax, hashSeed: UInt64 = .random(in: 0 ... .max)
  ) {
    self.outOfOrderness = outOfOrderness
    self.allowedLateness = allowedLateness
    self.accountsMax = accountsMax
    self.bytesMax = bytesMax
    self.entitiesMax = entitiesMax
    self.hashSeed = hashSeed
  }
}
