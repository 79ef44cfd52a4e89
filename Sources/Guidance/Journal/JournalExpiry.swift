import Lifecycle
import Vault

/// The mark that a journal has expired: an entry of the chain of expired journals. It keeps where the journal had ended,
/// so that what its tombstone or a certificate says can be checked when the journal itself is gone.
struct JournalExpiry: Sendable, Equatable {
  /// From one, without gaps, in the order they went.
  let number: Int
  let space: ID<Space>
  /// The journal's head, as the tombstone has it.
  let sequence: Int
  let head: [UInt8]
  /// The policy whose time was over.
  let register: String
  let policyVersion: Int
  /// The erasure, from which the time counted, and when the journal went.
  let erasedAt: Instant
  let expiredAt: Instant

  /// The bytes that are hashed: JSON with a fixed order of members.
  var canonicalBytes: [UInt8] {
    Array(
      ("{\"v\":1,\"number\":\(number),\"space\":\"\(space)\",\"seq\":\(sequence),\"head\":\"\(Hexadecimal.encode(head))\","
        + "\"register\":\"\(register)\",\"policyVersion\":\(policyVersion),\"erasedAt\":\"\(erasedAt)\","
        + "\"expiredAt\":\"\(expiredAt)\"}").utf8)
  }

  /// SHA-256 over the hash of the mark before it (32 zero bytes at first) and this one's bytes.
  func hash(after previous: [UInt8]) -> [UInt8] { JournalHead.hash(after: previous, canonicalBytes) }
}

extension CivilZone {
  /// When the journal of a space that was erased at an instant has been kept for its period.
  ///
  /// As with the stages of a life, an erasure at a local midnight counts from the last day before it.
  func journalDeadline(erasedAt: Instant, kept: Period) -> Instant {
    deadline(from: date(of: erasedAt - .microseconds(1)), period: kept).boundary
  }
}
