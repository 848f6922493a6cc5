import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineEngine

/// The directory with texts instead of ranges.
private struct Directory: ~Copyable {
  var directory: AccountDirectory

  init(usersMax: Int = 1_000) {
    directory = AccountDirectory(usersMax: usersMax, key: SipHash128.Key(first: 3, second: 4))
  }

  mutating func account(of user: String) -> String? {
    let user = Padded(user)
    return unsafe user.withBytes { user in
      unsafe directory.account(of: user).map { unsafe String(decoding: $0, as: UTF8.self) }
    }
  }

  mutating func join(_ user: String, _ account: String, _ time: Int64) {
    let (user, account) = (Padded(user), Padded(account))
    unsafe user.withBytes { user in
      unsafe account.withBytes { unsafe directory.join(user, to: $0, at: time) }
    }
  }

  mutating func merge(_ earlier: String, into user: String) {
    let (earlier, user) = (Padded(earlier), Padded(user))
    unsafe earlier.withBytes { earlier in
      unsafe user.withBytes { unsafe directory.merge(earlier, into: $0) }
    }
  }

  /// Text as a batch holds it: readable for 64 bytes past its end.
  private struct Padded {
    private let bytes: [UInt8]
    private let count: Int

    init(_ text: String) {
      bytes = Array(text.utf8) + [UInt8](repeating: 0x5A, count: 64)
      count = text.utf8.count
    }

    func withBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
      unsafe bytes.withUnsafeBytes {
        unsafe body(UnsafeRawBufferPointer(rebasing: $0[..<count]))
      }
    }
  }
}

@Suite struct AccountDirectoryTests {
  @Test("the latest membership by event time wins, in any order of arrival")
  func latestWins() {
    let memberships: [(account: String, time: Int64)] = [
      ("b", 5), ("a", 9), ("c", 9), ("d", 1), ("e", 8),
    ]
    for seed in UInt64(0)..<20 {
      var random = SeededGenerator(seed: seed)
      var directory = Directory()
      for (account, time) in memberships.shuffled(using: &random) {
        directory.join("u", account, time)
      }
      // Of the two at 9 the one that sorts last.
      let account = directory.account(of: "u")
      #expect(account == "c", "seed \(seed)")
    }
  }

  @Test("aliases of a user whose chain is longer than is followed take no memory for good")
  func longChains() {
    var directory = Directory(usersMax: 100)
    for link in 0..<20 { directory.merge("u\(link)", into: "u\(link + 1)") }
    func merge(_ range: Range<Int>) {
      for other in range { directory.merge("u0", into: "another user, number \(other)") }
    }
    merge(0..<1_000)
    let before = directory.directory.bytes
    merge(1_000..<11_000)
    let after = directory.directory.bytes
    #expect(after == before)
  }

  @Test("an alias makes two users one, before and after either has an account")
  func aliases() {
    for order in 0..<3 {
      var directory = Directory()
      if order == 0 { directory.merge("anonymous", into: "known") }
      directory.join("anonymous", "acme", 5)
      if order == 1 { directory.merge("anonymous", into: "known") }
      directory.join("known", "other", 3)
      if order == 2 { directory.merge("anonymous", into: "known") }
      let (a, b) = (directory.account(of: "anonymous"), directory.account(of: "known"))
      #expect(a == "acme" && b == "acme", "order \(order)")
      directory.join("known", "moved", 6)
      let after = directory.account(of: "anonymous")
      #expect(after == "moved")
    }
  }

  @Test("aliases in a ring, to oneself and in a long chain end")
  func rings() {
    var directory = Directory()
    directory.merge("a", into: "b")
    directory.merge("b", into: "c")
    directory.merge("c", into: "a")
    directory.merge("d", into: "d")
    directory.join("b", "acme", 1)
    for user in ["a", "b", "c"] {
      let account = directory.account(of: user)
      #expect(account == "acme", "\(user)")
    }
    let alone = directory.account(of: "d")
    #expect(alone == nil)
    for i in 0..<30 { directory.merge("x\(i)", into: "x\(i + 1)") }
    directory.join("x30", "far", 1)
    let (near, far) = (directory.account(of: "x29"), directory.account(of: "x0"))
    // Longer than is followed: not known, and no harm done.
    #expect(near == "far" && far == nil)
  }

  @Test("the user not needed for longest is forgotten first")
  func leastRecentUse() {
    var directory = Directory(usersMax: 3)
    for user in ["a", "b", "c"] { directory.join(user, "of-\(user)", 1) }
    _ = directory.account(of: "a")
    directory.join("d", "of-d", 1)
    let known = ["a", "b", "c", "d"].filter { directory.account(of: $0) != nil }
    #expect(known == ["a", "c", "d"])
    #expect(directory.directory.count == 3)
  }

  /// Everything in dictionaries and a list, without bounds on time.
  private struct Naive {
    var usersMax: Int
    var accounts: [String: (account: String, time: Int64)] = [:]
    var recent: [String] = []

    mutating func use(_ user: String) {
      recent.removeAll { $0 == user }
      recent.append(user)
    }
    mutating func join(_ user: String, _ account: String, _ time: Int64) {
      if accounts[user] == nil, accounts.count == usersMax {
        accounts[recent.removeFirst()] = nil
      }
      use(user)
      if let known = accounts[user], (known.time, known.account) >= (time, account) { return }
      accounts[user] = (account, time)
    }
    mutating func account(of user: String) -> String? {
      guard let known = accounts[user] else { return nil }
      use(user)
      return known.account
    }
  }

  @Test("memberships, questions and evictions as a plain list has them", arguments: [UInt64(1), 2])
  func againstNaive(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var directory = Directory(usersMax: 50)
    var naive = Naive(usersMax: 50)
    let users = (0..<90).map { i in
      String(repeating: "u", count: Int.random(in: 1...60, using: &random)) + "\(i)"
    }
    var known = 0
    for _ in 0..<20_000 {
      let user = users.randomElement(using: &random)!
      if Bool.random(using: &random) {
        let account = String(
          repeating: "acct", count: Int.random(in: 1...40, using: &random))
        let time = Int64.random(in: 0..<1_000, using: &random)
        directory.join(user, account, time)
        naive.join(user, account, time)
      } else {
        let (mine, expected) = (directory.account(of: user), naive.account(of: user))
        #expect(mine == expected)
        if mine != nil { known += 1 }
      }
    }
    #expect(known > 1_000)
    let bytes = directory.directory.bytes
    #expect(bytes < 200_000, "what was forgotten gave its memory back")
  }

  @Test("aliases among few users never end it and never pass the maximum", arguments: [UInt64(9)])
  func randomAliases(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for usersMax in [0, 1, 2, 3, 7] {
      var directory = Directory(usersMax: usersMax)
      for _ in 0..<5_000 {
        let (a, b) = (Int.random(in: 0..<9, using: &random), Int.random(in: 0..<9, using: &random))
        switch Int.random(in: 0..<3, using: &random) {
        case 0: directory.merge("u\(a)", into: "u\(b)")
        case 1: directory.join("u\(a)", "acct\(b)", Int64(b))
        default: _ = directory.account(of: "u\(a)")
        }
        let count = directory.directory.count
        #expect(count <= usersMax)
      }
    }
  }
}
