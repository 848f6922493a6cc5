internal import Synchronization

/// Lets each client ask so often: a bucket of requests for each address, filled again as time goes by.
///
/// At most `clientsMax` addresses are told apart; what comes from further ones shares a bucket.
final class RateLimiter: Sendable {
  private struct Bucket {
    var left: Double
    var filled: UInt64
  }

  private let perSecond: Double
  private let burst: Double
  private let clientsMax: Int
  private let buckets = Mutex<[String: Bucket]>([:])
  /// Of those that are one too many.
  private static let others = ""

  /// - Parameter perSecond: requests of one client a second; twice as many may come at once.
  init(perSecond: Int, clientsMax: Int = 1_024) {
    self.perSecond = Double(perSecond)
    burst = Double(perSecond) * 2
    self.clientsMax = clientsMax
  }

  /// False when the client has asked too often. `now`: monotonic nanoseconds.
  func admits(_ client: String, now: UInt64) -> Bool {
    buckets.withLock { buckets in
      var key = client
      if buckets[client] == nil, buckets.count >= clientsMax {
        // Whose bucket is full again is as good as new.
        let refill = UInt64(burst / perSecond * 1e9)
        buckets = buckets.filter { now &- $0.value.filled < refill }
        if buckets.count >= clientsMax { key = Self.others }
      }
      var bucket = buckets[key] ?? Bucket(left: burst, filled: now)
      let elapsed = now > bucket.filled ? Double(now - bucket.filled) / 1e9 : 0
      bucket.left = min(burst, bucket.left + elapsed * perSecond)
      bucket.filled = max(now, bucket.filled)
      defer { buckets[key] = bucket }
      guard bucket.left >= 1 else { return false }
      bucket.left -= 1
      return true
    }
  }
}
