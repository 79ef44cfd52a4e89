/// Decides what became of a mail, from how far the conversation came and why it ended.
enum Verdict {
  /// - Parameters:
  ///   - failure: why the transfer ended early; nil when libcurl was content.
  ///   - redaction: what must not stand in a reason.
  static func outcome(
    of conversation: Conversation, failure: TransferFailure?, redaction: Redaction
  ) -> SMTPOutcome {
    func reason(_ cause: SMTPCause, _ text: String) -> SMTPReason {
      SMTPReason(cause: cause, text: redaction.clean(text))
    }
    if let reply = conversation.reply {
      switch reply.code {
      case 200..<300 where conversation.stage >= .end:
        return .accepted(reply: redaction.clean(reply.text))
      case 400..<500:
        let cause = cause(of: reply, at: conversation.stage)
        return .deferred(code: reply.code, reason: reason(cause, reply.text))
      case 500..<600:
        let cause = cause(of: reply, at: conversation.stage)
        // What every other recipient would meet as well is no refusal of this one.
        return cause.concernsInstallation
          ? .deferred(code: reply.code, reason: reason(cause, reply.text))
          : .refused(code: reply.code, reason: reason(cause, reply.text))
      default: break
      }
    }
    let failure = failure ?? TransferFailure(cause: .service, text: conversation.reply?.text ?? "no reply")
    return conversation.isAllSent
      ? .uncertain(reason: reason(failure.cause, failure.text))
      : .deferred(code: nil, reason: reason(failure.cause, failure.text))
  }

  private static func cause(of reply: Conversation.Reply, at stage: Conversation.Stage) -> SMTPCause {
    switch reply.code {
    case 421: return .service  // closing the channel, at any stage
    case 530, 534, 535, 538: return .authentication  // RFC 4954 §6, at any stage
    case 552 where stage == .sender: return .message  // SIZE in MAIL (RFC 1870 §6.1)
    case 500... where stage >= .recipient && isPolicy(reply): return .policy
    default: break
    }
    return switch stage {
    case .connecting, .hello: .service
    case .encryption: .encryption
    case .authentication: .authentication
    case .sender: .sender
    case .recipient: .recipient
    case .body, .end: .message
    }
  }

  /// An enhanced code of the class "security or policy" (RFC 3463 §3.8), such as `554 5.7.1 Relay access denied`.
  private static func isPolicy(_ reply: Conversation.Reply) -> Bool {
    reply.text.dropFirst(4).hasPrefix("5.7.")
  }
}
