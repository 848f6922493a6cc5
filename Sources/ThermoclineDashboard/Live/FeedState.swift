/// How the reading of the topics goes.
package struct FeedState: Sendable, Equatable {
  /// Messages taken over since the start.
  package var messages = 0
  /// Messages that were not what their topic promises.
  package var broken = 0
  /// Whether all that was in the topics when their reading began, last, has been taken over.
  package var isCaughtUp = false
  /// Why nothing can be taken over now; nil = all is well.
  package var problem: String?

  package init() {}
}
