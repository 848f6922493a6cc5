internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import NIOCore

/// Answers requests: limits first, then access, then the route.
struct RequestAnswerer: Sendable {
  let routes: RouteTable
  let access: AccessRule
  let limits: ServerLimits
  let rate: RateLimiter
  let log: Logger

  /// The client is not to send more; its connection is closed.
  private struct Cut: Error {}

  /// Answers one request of a connection. Throws to close it.
  func answer(
    _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
  ) async throws {
    let client = channel.remoteAddress?.ipAddress ?? ""
    guard rate.admits(client, now: NIODeadline.now().uptimeNanoseconds) else {
      var reply = ServerReply.error(429, "too many requests; try again in a second")
      reply.headers.append(("retry-after", "1"))
      return try await refuse(reply, writer)
    }
    // Of HEAD the route sees GET.
    let isHead = request.method == .head
    guard let target = RequestTarget(request.head.path ?? "") else {
      return try await refuse(.error(400, "the path is not valid"), writer)
    }
    let method = isHead ? .get : RouteMethod(rawValue: request.method.rawValue)
    let match = routes.match(method, target.path)
    var isOpen = false
    if case .route(.open, _, _) = match { isOpen = true }
    if let refusal = access.refusal(
      isOpen: isOpen, changesSomething: method?.changesSomething ?? true,
      host: request.head.authority,
      origin: request.headers[.origin], fetchSite: request.headers[.fetchSite],
      authorization: request.headers[.authorization])
    {
      return try await refuse(Self.reply(to: refusal), writer)
    }
    switch match {
    case .nothing: try await refuse(.error(404, "there is nothing here"), writer)
    case .otherMethods(let methods): try await refuse(Self.otherMethods(methods), writer)
    case .route(_, let handler, let parameters):
      guard let body = try await body(of: request) else {
        return try await refuse(.error(413, "the body is too large"), writer)
      }
      var asked = ServerRequest()
      asked.parameters = parameters
      asked.query = target.query
      asked.body = body
      for field in request.headers { asked.headers[field.name.canonicalName] = field.value }
      var reply: ServerReply
      do { reply = try await handler(asked) } catch {
        log.error(
          "a request could not be answered; this is a defect",
          metadata: ["path": "\(request.head.path ?? "")", "error": "\(error)"])
        reply = .error(500, "something went wrong here")
      }
      try await send(reply, isHead: isHead, writer)
    }
  }

  /// The whole body; nil when it is larger than allowed.
  private func body(of request: Request) async throws -> [UInt8]? {
    if let length = request.headers[.contentLength].flatMap(Int.init), length > limits.bodyBytesMax
    {
      return nil
    }
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= limits.bodyBytesMax else { return nil }
      bytes.append(contentsOf: part.readableBytesView)
    }
    return bytes
  }

  /// Answers without looking at the body. The connection ends with it: what still comes is not read.
  private func refuse(_ reply: ServerReply, _ writer: consuming ResponseWriter) async throws {
    var reply = reply
    reply.headers.append(("connection", "close"))
    try await send(reply, isHead: false, writer)
    throw Cut()
  }

  private func send(
    _ reply: ServerReply, isHead: Bool, _ writer: consuming ResponseWriter
  ) async throws {
    var fields = Self.fields
    for (name, value) in reply.headers {
      // A value may come from outside: what could end the line is not sent.
      guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else { continue }
      fields[name] = value
    }
    let status = HTTPResponse.Status(code: reply.status)
    switch reply.body {
    case .bytes(let bytes):
      fields[.contentLength] = "\(bytes.count)"
      let head = HTTPResponse(status: status, headerFields: fields)
      if isHead { return try await writer.writeResponse(head) }
      try await writer.write(
        response: head, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    case .stream(let write):
      let head = HTTPResponse(status: status, headerFields: fields)
      if isHead { return try await writer.writeResponse(head) }
      try await writer.write(
        response: head,
        body: ResponseBody { body in
          var stream = ReplyStream(body)
          try await write(&stream)
          try await body.finish(nil)
        })
    }
  }

  private static func otherMethods(_ methods: [RouteMethod]) -> ServerReply {
    var reply = ServerReply.error(405, "this path takes other methods")
    reply.headers.append(("allow", methods.map(\.rawValue).joined(separator: ", ")))
    return reply
  }

  private static func reply(to refusal: AccessRule.Refusal) -> ServerReply {
    switch refusal {
    case .unauthorized:
      var reply = ServerReply.error(401, "the token is missing or wrong")
      reply.headers.append(("www-authenticate", "Basic realm=\"thermocline\", charset=\"UTF-8\""))
      return reply
    case .foreignHost: return .error(421, "ask for localhost, or set a token")
    case .foreignOrigin: return .error(403, "a page of another site may not change anything here")
    }
  }

  /// Of every reply: nothing is kept, guessed at, framed or fetched from elsewhere, unless a route says otherwise.
  private static let fields: HTTPFields = {
    var fields = HTTPFields()
    fields[.cacheControl] = "no-store"
    fields[.xContentTypeOptions] = "nosniff"
    fields[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    fields[.referrerPolicy] = "no-referrer"
    return fields
  }()
}

extension HTTPField.Name {
  fileprivate static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
  fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
