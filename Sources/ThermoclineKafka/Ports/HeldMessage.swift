/// A message that found no room in the pipeline.
struct HeldMessage {
  var topicIndex: Int
  var partition: Int32
  var offset: Int64
  var key: [UInt8]
  /// nil = none, as a heartbeat.
  var payload: [UInt8]?
  var headers: HeldHeaders
  var since: UInt64
}
