import NIOCore
import NIOHTTP1

/// What comes from the client.
extension ConnectionGuard {
  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let part = Self.heard(unwrapInboundIn(data))
    if lingersUntil != nil { return drain(part, context) }
    // Once refused, nothing of what follows can be told apart.
    if refusal != nil { return }
    switch part {
    case .head(let head):
      if let problem = RequestScreen.problem(with: head) { return refuse(problem, context) }
      guard unanswered < limits.maximumPipelined else {
        return refuse(.tooFarAhead(limit: limits.maximumPipelined), context)
      }
      let patience = BodyPatience(capacity: limits.bodyPatience, bytesPerSecond: limits.minimumBodyRate)
      incoming = IncomingRequest(head, patience: patience)
      unanswered += 1
    case .body(let buffer): incoming?.receive(buffer.readableBytes, at: .now())
    case .end:
      incoming = nil
      if unanswered == 0 { waitForHead(context) }
    }
    context.fireChannelRead(wrapInboundOut(part))
  }

  /// Who speaks HTTP/1.0 waits for no `100 Continue` (RFC 9110 §10.1.1).
  private static func heard(_ part: HTTPServerRequestPart) -> HTTPServerRequestPart {
    guard case .head(var head) = part, head.version == .http1_0 else { return part }
    head.headers.remove(name: "Expect")
    return .head(head)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
    if lingersUntil != nil { return context.close(promise: nil) }
    if refusal != nil { return }
    refuse(.unparsable(error), context)
  }

  /// Takes in nothing more. A request before it, or one whose body broke, is answered first.
  private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
    // The rest of a request that has its answer already: there is nobody left to tell.
    if incoming != nil, unanswered == 0 { return context.close(promise: nil) }
    refusal = problem
    metrics.refused.add(1)
    if incoming != nil { closesAfterAnswer = unanswered == 1 }
    // The server answers this kind of error after what came before, and `replace` says what it answers.
    context.fireErrorCaught(HTTPParserError.unknown)
  }

  private func drain(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    switch part {
    case .head: break
    case .body(let buffer):
      drained += buffer.readableBytes
      if drained > limits.maximumDrain { context.close(promise: nil) }
    case .end: context.close(promise: nil)
    }
  }

  /// From now on the next header has its time, as a whole: trickling does not prolong it.
  func waitForHead(_ context: ChannelHandlerContext) {
    headDeadline = .now() + limits.idleTimeout
    arm(headDeadline)
  }
}
