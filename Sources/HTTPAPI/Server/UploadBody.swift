import HTTPTypes
public import Hummingbird
public import NIOCore

/// A request's body as it arrives, with a limit, and with an error when it does not arrive whole.
///
/// Hummingbird ends the sequence quietly when a connection breaks; here the announced length has to be reached.
public struct UploadBody: AsyncSequence, Sendable {
  /// What was announced in `Content-Length`; nothing for a chunked body.
  public let announcedLength: Int?
  let limit: Int
  private let body: RequestBody
  private let continuation: ContinueSignal?

  /// Fails at once when the announced length is over the endpoint's limit, or the body is encoded.
  public init(_ request: Request, _ context: APIRequestContext) throws(Problem) {
    let limit = context.endpoint?.bodyLimit ?? 0
    let encodings = request.headers[values: .contentEncoding]
    guard encodings.allSatisfy({ $0.lowercased() == "identity" }) else { throw .encodedBody }
    announcedLength = request.headers[.contentLength].flatMap { Int($0) }
    if let announcedLength, announcedLength > limit { throw .bodyTooLarge(limit: limit) }
    self.limit = limit
    body = request.body
    continuation = ContinueSignal(request, context)
  }

  /// Iterates once over the body.
  public func makeAsyncIterator() -> Iterator {
    Iterator(
      base: body.makeAsyncIterator(), announced: announcedLength, limit: limit, continuation: continuation)
  }

  /// The whole body in memory.
  public func collect() async throws -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(announcedLength ?? 0)
    for try await buffer in self { bytes.append(contentsOf: buffer.readableBytesView) }
    return bytes
  }
}

extension UploadBody {
  /// Counts what passes through.
  public struct Iterator: AsyncIteratorProtocol {
    var base: RequestBody.AsyncIterator
    let announced: Int?
    let limit: Int
    var continuation: ContinueSignal?
    var received = 0

    /// The next piece; nothing after the last one.
    public mutating func next() async throws -> ByteBuffer? {
      if let signal = continuation.take() { try await signal.send() }
      guard let buffer = try await piece() else {
        if let announced, received < announced { throw Problem.bodyCutOff }
        return nil
      }
      received += buffer.readableBytes
      guard received <= limit else { throw Problem.bodyTooLarge(limit: limit) }
      return buffer
    }

    /// A connection that breaks in the middle of a chunk shows as a parse error: for the handler, a body cut off.
    private mutating func piece() async throws -> ByteBuffer? {
      do {
        return try await base.next()
      } catch let error as CancellationError {
        throw error
      } catch let error as BodyTooSlow {
        throw error.problem()
      } catch {
        throw Problem.bodyCutOff
      }
    }
  }
}
