/// What can be done to a space. Each endpoint has exactly one.
public enum Action: String, Sendable, CaseIterable {
  case read
  case readTimeline
  case readJournal
  case readAccessLog
  case readContent
  case write
  case rename
  case enter
  /// Also proposes a second professional.
  case invite
  /// Agrees to a second professional.
  case consent
  /// Ends a place: an unused invitation, a second professional's, a customer's own.
  case endPlace
  case markRead
  case close
  case reactivate
  case archive
  case transfer
  case download
  case giveFeedback
  case readHolds
  case hold
  case restrict
  case erase
}
