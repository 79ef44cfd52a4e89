import NIOCore
import NIOHTTP1

/// Stands between parser and server on a connection, and sees that neither is kept busy for nothing.
///
/// - What the parser or `RequestScreen` refuses is answered with a problem, in its turn, and the connection closed.
/// - A header comes whole within its time, a body at the pace of `BodyPatience`.
/// - Whoever is answered before the body has come is told that the connection closes, unless little is missing. What
///   still comes then is thrown away, up to a bound in bytes and in time, so that the client gets to read its answer.
///
/// No timer of its own: `ConnectionClock` has it look at what is due.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  let limits: HTTPLimits
  let metrics: ConnectionMetrics
  /// Requests handed on whose answer has not ended.
  var unanswered = 0
  /// The request whose body is coming.
  var incoming: IncomingRequest?
  /// Why nothing more is taken in; answered when all before it is.
  var refusal: Problem?
  /// The connection closes after the answer that is being sent.
  var closesAfterAnswer = false
  /// Until when what still comes is thrown away, on a connection that is answered for good.
  var lingersUntil: NIODeadline?
  var drained = 0
  /// When the header we wait for has to be there.
  var headDeadline: NIODeadline = .distantFuture
  /// A refusal of our own takes the place of what the server is writing.
  var replacesAnswer = false
  private let clocks: ConnectionClocks
  private var clock: ConnectionClock?
  private var context: ChannelHandlerContext?
  /// When something may be due.
  private var lookAt: NIODeadline = .distantFuture

  init(limits: HTTPLimits, metrics: ConnectionMetrics, clocks: ConnectionClocks) {
    self.limits = limits
    self.metrics = metrics
    self.clocks = clocks
  }

  func handlerAdded(context: ChannelHandlerContext) {
    metrics.open.add(1)
    self.context = context
    clock = clocks.clock(of: context.eventLoop)
    clock?.add(self)
    headDeadline = .now() + limits.headTimeout
    arm(headDeadline)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    metrics.open.add(-1)
    clock?.remove(self)
    clock = nil
    self.context = nil
  }

  func read(context: ChannelHandlerContext) {
    if incoming != nil {
      let now = NIODeadline.now()
      incoming?.patience.wait(from: now)
      if let end = incoming?.patience.end(at: now) { arm(end) }
    }
    // What was refused stops at what has been read: answers that nobody takes are no reason to read on.
    if refusal == nil || lingersUntil != nil { context.read() }
  }

  /// Sees to it that `check` runs soon after `deadline`, or before.
  func arm(_ deadline: NIODeadline) {
    lookAt = min(lookAt, deadline)
  }

  /// The clock's call.
  func look(at now: NIODeadline) {
    guard now >= lookAt, let context, context.channel.isActive else { return }
    lookAt = .distantFuture
    check(context, now: now)
  }

  /// Ends what has taken too long; else looks again when it could have.
  private func check(_ context: ChannelHandlerContext, now: NIODeadline) {
    if let lingersUntil {
      now >= lingersUntil ? context.close(promise: nil) : arm(lingersUntil)
    } else if let incoming {
      incoming.patience.isOver(at: now) ? giveUp(context) : arm(incoming.patience.end(at: now))
    } else if unanswered == 0 {
      guard now >= headDeadline else { return arm(headDeadline) }
      metrics.timedOut.add(1)
      context.close(promise: nil)
    }
    // While an answer is made, its end arms the next look.
  }

  /// The body does not come: whoever reads it is told; nobody reads the rest of an answered request's.
  private func giveUp(_ context: ChannelHandlerContext) {
    guard unanswered > 0, refusal == nil else { return context.close(promise: nil) }
    refusal = BodyTooSlow().problem()
    closesAfterAnswer = true
    incoming = nil
    metrics.timedOut.add(1)
    context.fireErrorCaught(BodyTooSlow())
  }
}
