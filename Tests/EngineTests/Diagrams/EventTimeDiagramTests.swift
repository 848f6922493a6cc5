import Testing

/// The rules of docs/event-time.md, each as a picture. `EventTimeDiagram` says how to read one; a test that fails shows
/// what happened instead as a picture, too.
@Suite struct EventTimeDiagramTests {
  private func expect(
    _ diagram: String, _ rules: EventTimeDiagram = EventTimeDiagram(),
    at place: SourceLocation = #_sourceLocation
  ) throws {
    let drawn = try rules.drawn(diagram)
    #expect(drawn == diagram, "it is rather:\n\(drawn)", sourceLocation: place)
  }

  @Test(
    "the watermark is the newest event less the bound, never goes back, and closes the windows it passes"
  )
  func watermark() throws {
    try expect(
      """
      minute      0         10        20        30        40        50
      event              |    *
      event                 |    *
      event                 |*
      event                        |    *
      closed           [=========) 2
      event                       *|
      event                              |    *
      closed                [=========) 4
      """)
  }

  @Test(
    "without events the clock closes windows, from where the events ended; what comes after all is a correction"
  )
  func wallClock() throws {
    try expect(
      """
      minute      0         10        20        30        40        50
      event              |    *
      clock +7                  |
      clock +6                        |
      closed           [=========) 1
      closed                [=========) 1
      clock +20                                           |
      event                                               |    *
      event                                           *   |
      event                                                    |    *
      corrected                                 [=========) 1
      closed                                         [=========) 1
      """)
  }

  @Test(
    "a partition that is silent follows the clock, and the events of another one do not move it"
  )
  func idlePartition() throws {
    try expect(
      """
      minute      0         10        20        30        40        50
      event a            |    *
      event b             |    *
      event a                          |    *
      closed a         [=========) 1
      closed a              [=========) 1
      clock +12 b                     |
      closed b         [=========) 1
      closed b              [=========) 1
      """)
  }

  @Test(
    "a heartbeat closes windows at once, and an older one takes nothing back"
  )
  func heartbeat() throws {
    try expect(
      """
      minute      0         10        20        30        40        50
      event              |    *
      mark                            #
      closed           [=========) 1
      closed                [=========) 1
      mark                        ^   |
      """)
  }

  @Test(
    "an event further ahead of the clock than is tolerated closes nothing; one just within closes what it passes"
  )
  func farFuture() throws {
    try expect(
      """
      minute      0         10        20        30        40        50
      event              |    *
      event              |                            *
      refused                                         x time_in_future
      event                                     |    *
      closed           [=========) 1
      closed                [=========) 1
      """, EventTimeDiagram(now: 30, futureTolerance: 5))
  }

  @Test(
    "an event within the allowed lateness corrects the windows that are closed, with the next tick"
  )
  func lateness() throws {
    try expect(
      """
      minute      0         10        20        30        40        50
      event              |    *
      event                           |    *
      closed           [=========) 1
      closed                [=========) 1
      event                    *      |
      event                                |    *
      corrected        [=========) 2
      corrected             [=========) 2
      """)
  }

  @Test(
    "an event as late as allowed counts, and one a minute later is refused"
  )
  func lateBeyond() throws {
    try expect(
      """
      minute      0         10        20        30        40        50
      event              |    *
      event                                |    *
      closed           [=========) 1
      closed                [=========) 1
      event                      *         |
      event                     *          |
      refused                   x late
      event                                     |    *
      corrected             [=========) 2
      corrected                  [=========) 1
      """)
  }

  @Test(
    "without allowed lateness what is behind the watermark is refused"
  )
  func noLateness() throws {
    try expect(
      """
      minute      0         10        20        30        40        50
      event              |    *
      event                           |    *
      closed           [=========) 1
      closed                [=========) 1
      event                           #
      event                          *|
      refused                        x late
      event                                     |    *
      closed                     [=========) 1
      closed                          [=========) 2
      """, EventTimeDiagram(allowedLateness: 0))
  }
}
