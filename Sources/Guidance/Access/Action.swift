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
  case invite
  case close
  case reactivate
  case archive
  case download
  case giveFeedback
  case readHolds
  case hold
  case restrict
  case erase
}
