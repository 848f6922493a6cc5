import Foundation
import Logging
import NIOCore
import NIOSSL
import Testing
import ThermoclineCore
import ThermoclineTestKit

@testable import ThermoclineServer

/// A server with a certificate, met by clients of three makers: ours, NIO's bare ones, and curl.
@Suite(
  .timeLimit(.minutes(2)),
  .enabled(if: TestAuthority.isInstalled, "openssl is not installed: skipped"))
struct ConnectionSetupTests {
  private let folder: TemporaryFolder
  private let authority: TestAuthority
  private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  init() throws {
    folder = try TemporaryFolder()
    authority = try TestAuthority("authority", in: folder)
  }

  private func certificate(
    _ pair: TestAuthority.Pair, now: Date = .now
  ) throws -> ServerCertificate {
    try ServerCertificate(
      chain: Array(Data(contentsOf: URL(filePath: pair.certificate))),
      key: Array(Data(contentsOf: URL(filePath: pair.key))),
      now: EventTime(milliseconds: Int64(now.timeIntervalSince1970 * 1_000)))
  }

  private func trust(_ authority: TestAuthority) throws -> ClientTrust {
    try ClientTrust(authorities: Array(Data(contentsOf: URL(filePath: authority.certificate))))
  }

  /// Serves over TLS while `body` runs.
  private func serve(
    _ holder: CertificateHolder, limits: ServerLimits = ServerLimits(),
    _ body: (_ port: Int, HTTPServer) async throws -> Void
  ) async throws {
    var routes = RouteTable()
    routes.on(.get, "/livez", access: .open) { _ in .text("alive") }
    routes.on(.get, "/flood") { _ in
      ServerReply(
        body: .stream { stream in
          while true { try await stream.write([UInt8](repeating: 65, count: 65_536)) }
        })
    }
    let server = try HTTPServer(
      ListenAddress(host: "127.0.0.1", port: 0), certificate: holder, routes: routes,
      limits: limits, log: quiet)
    let address = try await server.start()
    do { try await body(address.port, server) } catch {
      await server.stop()
      throw error
    }
    await server.stop()
  }

  private func get(
    _ port: Int, host: String = "127.0.0.1", _ trust: ClientTrust?
  ) async -> Result<StatusClient.Reply, ServerError> {
    do throws(ServerError) {
      let address = ListenAddress(host: host, port: port)
      return .success(try await StatusClient(address, token: nil, trust: trust).get("/livez"))
    } catch { return .failure(error) }
  }

  private func failure(_ result: Result<StatusClient.Reply, ServerError>) -> String {
    if case .failure(let error) = result { error.description } else { "" }
  }

  /// The exit status of a curl that trusts an authority.
  private func curl(_ port: Int, _ authority: TestAuthority) async throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/curl")
    process.arguments = [
      "--silent", "--fail", "--cacert", authority.certificate, "--output", "/dev/null",
      "https://localhost:\(port)/livez",
    ]
    return try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
  }

  private static let alive = StatusClient.Reply(status: 200, body: Array("alive\n".utf8))

  @Test("who trusts the authority is answered, by name and by address")
  func trusted() async throws {
    let holder = CertificateHolder(try certificate(authority.sign("server")))
    let trust = try trust(authority)
    try await serve(holder) { port, _ async throws in
      for host in ["127.0.0.1", "localhost"] {
        #expect(await get(port, host: host, trust) == .success(Self.alive))
      }
      let reply = try await TestClient.request(port, "GET /livez", over: authority.client())
      #expect(reply.status == 200 && reply.body == "alive\n")
    }
  }

  @Test(
    "curl is answered, and refuses the certificate of an authority that it was not told of",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")))
  func curl() async throws {
    let holder = CertificateHolder(try certificate(authority.sign("server")))
    let other = try TestAuthority("other", in: folder)
    try await serve(holder) { port, _ async throws in
      #expect(try await curl(port, authority) == 0)
      // "Peer's certificate cannot be authenticated"
      #expect(try await curl(port, other) == 60)
    }
  }

  @Test("another authority, other names, and no TLS on one side are told apart")
  func untrusted() async throws {
    let holder = CertificateHolder(try certificate(authority.sign("server")))
    let (own, other) = try (trust(authority), trust(TestAuthority("other", in: folder)))
    try await serve(holder) { port, _ async throws in
      #expect(failure(await get(port, other)).contains("is not trusted"))
      #expect(failure(await get(port, try ClientTrust(authorities: nil))).contains("not trusted"))
      #expect(failure(await get(port, nil)).contains("https://"))
      let named = try certificate(authority.sign("named", names: "DNS:other.example"))
      holder.take(named)
      for host in ["127.0.0.1", "localhost"] {
        #expect(failure(await get(port, host: host, own)).contains("for other names"))
      }
    }
    let plain = try HTTPServer(
      ListenAddress(host: "127.0.0.1", port: 0), routes: RouteTable(), log: quiet)
    let port = try await plain.start().port
    #expect(failure(await get(port, own)).contains("does not speak TLS"))
    await plain.stop()
  }

  @Test("TLS 1.2 is spoken, what is older is not")
  func versions() async throws {
    let holder = CertificateHolder(try certificate(authority.sign("server")))
    try await serve(holder) { port, _ async throws in
      for (version, status) in [(TLSVersion.tlsv11, 0), (.tlsv12, 200), (.tlsv13, 200)] {
        let client = try authority.client {
          ($0.minimumTLSVersion, $0.maximumTLSVersion) = (.tlsv1, version)
        }
        let reply = try? await TestClient.request(port, "GET /livez", over: client)
        #expect(reply?.status ?? 0 == status, "\(version)")
      }
    }
  }

  @Test("a certificate taken while running is that of new connections; open ones go on")
  func replaced() async throws {
    let next = try TestAuthority("next", in: folder)
    let holder = CertificateHolder(try certificate(authority.sign("server")))
    try await serve(holder) { port, _ async throws in
      let channel = try await TestClient.connect(port, over: authority.client())
      try await channel.executeThenClose { inbound, outbound in
        var parts = inbound.makeAsyncIterator()
        let request = ByteBuffer(string: "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        func ask() async throws -> String {
          try await outbound.write(request)
          var text = ""
          while !text.hasSuffix("alive\n"), let part = try await parts.next() {
            text += String(buffer: part)
          }
          return text
        }
        #expect(try await ask().hasPrefix("HTTP/1.1 200"))
        holder.take(try certificate(next.sign("renewed")))
        #expect(failure(await get(port, try trust(authority))).contains("is not trusted"))
        #expect(await get(port, try trust(next)) == .success(Self.alive))
        #expect(try await ask().hasPrefix("HTTP/1.1 200"))
      }
    }
  }

  @Test("one that expires while it is served is refused by clients; a renewed one mends it")
  func expired() async throws {
    // Read by a clock of three days ago it is valid; it has expired since.
    let old = try authority.sign("old", age: 9, days: -1)
    let then = Date(timeIntervalSinceNow: -3 * 86_400)
    let holder = CertificateHolder(try certificate(old, now: then))
    try await serve(holder) { port, _ async throws in
      #expect(failure(await get(port, try trust(authority))).contains("it has expired"))
      holder.take(try certificate(authority.sign("renewed")))
      #expect(await get(port, try trust(authority)) == .success(Self.alive))
    }
  }

  private static let hello: [UInt8] = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3]

  @Test("a client that is slow with its handshake or its request is cut", arguments: 0..<5)
  func slow(_ way: Int) async throws {
    var limits = ServerLimits()
    (limits.idleMilliseconds, limits.requestMilliseconds) = (50, 50)
    let holder = CertificateHolder(try certificate(authority.sign("server")))
    try await serve(holder, limits: limits) { port, server async throws in
      // Each comes back only because the server closes.
      switch way {
      case 0: _ = try await TestClient.exchange(port, "")
      case 1: _ = try await TestClient.exchange(port, String(decoding: Self.hello, as: UTF8.self))
      default:
        let beginning = [
          "", "GET /livez HTTP/1.1\r\nX-Slow: ",
          "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc",
        ][way - 2]
        let reply = TestReply(
          try await TestClient.exchange(port, beginning, over: authority.client()))
        #expect(reply.status != 200)
      }
      while server.connectionsCount > 0 { await Task.yield() }
    }
  }

  @Test func aClientThatNeverReadsIsCut() async throws {
    var limits = ServerLimits()
    limits.stallMilliseconds = 50
    let holder = CertificateHolder(try certificate(authority.sign("server")))
    try await serve(holder, limits: limits) { port, server async throws in
      let channel = try await TestClient.connect(port, over: authority.client())
      try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(
          ByteBuffer(string: "GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        // Nobody takes from `inbound`, so its channel reads no more than its buffer holds.
        while server.connectionsCount == 0 { await Task.yield() }
        while server.connectionsCount > 0 { await Task.yield() }
        _ = inbound
      }
    }
  }

  @Test("a thousand idle connections, most without a handshake, keep nobody out")
  func idle() async throws {
    var limits = ServerLimits()
    limits.connectionsMax = 64
    let holder = CertificateHolder(try certificate(authority.sign("server")))
    let client = try authority.client()
    try await serve(holder, limits: limits) { port, server async throws in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<1_000 {
          let channel = try await TestClient.connect(port, over: number % 10 == 0 ? client : nil)
          // It holds its end open until the server cuts it, or this is over.
          group.addTask {
            try await channel.executeThenClose { inbound, _ in _ = await TestClient.read(inbound) }
          }
        }
        #expect(try await TestClient.request(port, "GET /livez", over: client).status == 200)
        #expect(server.connectionsCount <= 64)
        group.cancelAll()
      }
    }
  }
}
