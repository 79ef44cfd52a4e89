import Guidance
import Synchronization

/// A mail server that a test can ask what it was given, and that answers as the test says.
final class RecordingTransport: MailTransport {
  private struct State {
    var tried: [OutgoingMail] = []
    var accepted: [OutgoingMail] = []
  }

  private let state = Mutex(State())
  private let answer: @Sendable (OutgoingMail, _ attempt: Int) async -> DeliveryOutcome

  /// Accepts everything unless told otherwise; attempts count from 1 over all mails.
  init(_ answer: @escaping @Sendable (OutgoingMail, _ attempt: Int) async -> DeliveryOutcome = { _, _ in .accepted }) {
    self.answer = answer
  }

  var tried: [OutgoingMail] { state.withLock(\.tried) }
  var accepted: [OutgoingMail] { state.withLock(\.accepted) }

  func deliver(_ mail: OutgoingMail) async -> DeliveryOutcome {
    let attempt = state.withLock { state in
      state.tried.append(mail)
      return state.tried.count
    }
    let outcome = await answer(mail, attempt)
    if outcome == .accepted { state.withLock { $0.accepted.append(mail) } }
    return outcome
  }
}
