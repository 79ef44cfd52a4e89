import NIOCore
import NIOHTTP1

/// What goes to the client.
extension ConnectionGuard {
  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head): writeHead(head, context, promise)
    case .body: replacesAnswer ? promise?.succeed() : context.write(data, promise: promise)
    case .end:
      if !replacesAnswer { context.write(data, promise: promise) } else { promise?.succeed() }
      answered(context)
    }
  }

  private func writeHead(
    _ head: HTTPResponseHead, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?
  ) {
    var head = head
    if head.status.code < 200 {
      incoming?.waitsForContinue = false
    } else if unanswered == 0, let refusal {
      closesAfterAnswer = true
      replacesAnswer = true
      return write(refusal, context, promise)
    } else if unanswered == 1, let incoming,
      refusal != nil || !incoming.isAsGoodAsHere(within: limits.maximumDrain)
    {
      closesAfterAnswer = true
    }
    if closesAfterAnswer, unanswered <= 1 { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    context.write(wrapOutboundOut(.head(head)), promise: promise)
  }

  private func write(_ refusal: Problem, _ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    let answer = RefusalAnswer(refusal)
    context.write(wrapOutboundOut(.head(answer.head)), promise: promise)
    context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
  }

  private func answered(_ context: ChannelHandlerContext) {
    if unanswered > 0 { unanswered -= 1 }
    guard unanswered == 0 else { return }
    guard closesAfterAnswer else {
      // What is missing of an answered body has its patience; else the next header has its time.
      if incoming == nil, refusal == nil { waitForHead(context) }
      return
    }
    lingersUntil = .now() + limits.lingerTimeout
    context.flush()
    context.close(mode: .output, promise: nil)
    arm(lingersUntil ?? .now())
    context.read()
  }
}
