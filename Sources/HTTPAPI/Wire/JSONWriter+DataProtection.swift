import Guidance
import Lifecycle

extension JSONWriter {
  /// A hold; its people are accounts, as the journal names them.
  mutating func write(_ hold: Hold) {
    object { json in
      json.member("id", hold.id.description)
      json.member("reason", hold.reason)
      json.member("until", hold.lastDay)
      json.member("status", hold.status.rawValue)
      json.member("proposedBy", hold.proposedBy.description)
      json.member("proposedAt", hold.proposedAt)
      json.optional("approvedBy", hold.approvedBy?.description)
      json.optional("placedAt", hold.placedAt)
      json.optional("endedAt", hold.endedAt)
    }
  }

  /// A space that was found for a data subject: the envelope, the holds, and where the journal ends.
  mutating func write(_ found: DataSubjectSpace) {
    let space = found.space.space
    object { json in
      json.members(of: found.space)
      json.member("participantId", found.participant.description)
      json.array("holds") { json in
        for hold in found.holds { json.write(hold) }
      }
      json.object("journal") { json in
        json.member("address", "/v1/spaces/\(space.id)/journal")
        json.member("entries", space.journal.sequence)
        json.member("hash", space.journal.hash.hexadecimal)
        json.member("lastRecordedAt", space.journal.at)
      }
    }
  }
}
