import Guidance

extension JSONWriter {
  /// A mail that was given up: codes and identifiers, no person.
  mutating func write(_ letter: DeadLetter) {
    object { json in
      json.member("id", letter.id.description)
      json.member("kind", letter.kind)
      json.member("spaceId", letter.space.description)
      json.member("attempts", letter.attempts)
      json.member("reason", letter.reason)
      json.member("createdAt", letter.createdAt)
    }
  }
}
