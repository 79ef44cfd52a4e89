import Lifecycle
import Vault

/// One customer of several who was erased from a space that lives on, as the ledger names them.
struct ErasedParticipant: Equatable {
  let space: ID<Space>
  let participant: ID<Participation>
  /// Whether the text of their messages went, too.
  var messages: Bool
  /// Whether their files did.
  var files: Bool
  let at: Instant

  init(space: ID<Space>, participant: ID<Participation>, messages: Bool, files: Bool, at: Instant) {
    (self.space, self.participant, self.messages, self.files, self.at) = (space, participant, messages, files, at)
  }

  /// Reads an entry's fields; nil when they are none.
  init?(_ words: [String], at: Instant) {
    guard words.count >= 2, let space = ID<Space>(words[0]), let participant = ID<Participation>(words[1]) else {
      return nil
    }
    let more = words.dropFirst(2)
    self.init(
      space: space, participant: participant, messages: more.contains(Self.messages), files: more.contains(Self.files),
      at: at)
  }

  /// An entry's fields.
  var fields: [String] {
    [space.description, participant.description] + (messages ? [Self.messages] : []) + (files ? [Self.files] : [])
  }

  /// One of each: what was decided later adds to what was decided before.
  static func merged(_ all: [ErasedParticipant]) -> [ErasedParticipant] {
    var places: [ID<Participation>: Int] = [:]
    var merged: [ErasedParticipant] = []
    for one in all {
      if let place = places[one.participant] {
        merged[place].messages = merged[place].messages || one.messages
        merged[place].files = merged[place].files || one.files
      } else {
        places[one.participant] = merged.count
        merged.append(one)
      }
    }
    return merged
  }

  private static let (messages, files) = ("messages", "files")
}
