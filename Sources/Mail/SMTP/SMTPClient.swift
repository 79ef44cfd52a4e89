/// Sends mails to one server over a small, fixed number of connections that are kept open for a while.
public final class SMTPClient: Sendable {
  private let lanes: [Lane]
  private let turns: Turns

  /// A client that connects with its first mail.
  public init(_ configuration: SMTPConfiguration) {
    lanes = (0..<configuration.connections).map { _ in Lane(configuration) }
    turns = Turns(count: configuration.connections)
  }

  /// Sends a mail and tells what became of it. Beyond the configuration's connections, mails wait for their turn.
  ///
  /// A cancelled task's mail is given up, within about a second, unless it has been sent in full: then the server's
  /// reply is awaited, so that a delivered mail isn't taken for an uncertain one.
  public func send(_ message: MailMessage) async -> SMTPOutcome {
    guard let turn = await turns.take() else {
      return .deferred(code: nil, reason: SMTPReason(cause: .cancelled, text: "cancelled"))
    }
    defer { turns.give(turn) }
    return await lanes[turn].send(message)
  }
}
