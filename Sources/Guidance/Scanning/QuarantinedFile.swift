public import Lifecycle
import Postgres
import Vault

/// A whole file that is none of the space's: it waits for the virus scanner, or was refused by it.
public struct QuarantinedFile: Sendable {
  /// What it will be addressed by when it is found clean.
  public let id: ID<File>
  /// As the uploader named it.
  public let name: String
  /// In bytes.
  public let size: Int
  /// As the uploader declared it.
  public let contentType: String
  /// Of the bytes.
  public let sha256: [UInt8]
  /// When it arrived.
  public let receivedAt: Instant
  /// Who uploaded it.
  public let uploader: Sender
  /// Why it was refused and its bytes destroyed: a code, or the scanner's name for what it found. Nil while it waits.
  public let refusal: String?

  init(id: ID<File>, header: FileHeader, receivedAt: Instant, uploader: Sender, refusal: String?) {
    self.id = id
    (name, size, contentType) = (header.name, Int(header.size), header.contentType)
    sha256 = header.sha256
    self.receivedAt = receivedAt
    self.uploader = uploader
    self.refusal = refusal
  }
}

/// How many files wait for the scanner, in all spaces.
public struct QuarantineCounts: Sendable, Equatable {
  /// Files that wait or are being scanned.
  public let waiting: Int
  /// Of these, files that the scanner failed on before.
  public let failing: Int
  /// When the oldest of them arrived.
  public let oldest: Instant?
}

extension GuidanceStore {
  /// The files in a space's quarantine, oldest first: what the caller sent and still waits, and what was refused, whoever
  /// sent it.
  public func quarantine(of space: ID<Space>, for caller: Caller) async throws -> [QuarantinedFile] {
    try await reading(
      space, by: caller, to: .readContent, opening: .files,
      [
        """
        SELECT id, participant_id, received_at, header, reason FROM ohjaustila.quarantined_file
        WHERE space_id = \(space) ORDER BY received_at, id
        """,
        Participant.selection(of: space),
      ]
    ) { access, rows in
      let cipher = try self.cipher(of: access)
      let senders = try Senders(rows[1], cipher)
      return try rows[0].map { row in
        let id: ID<File> = try row.get(0)
        return QuarantinedFile(
          id: id, header: try cipher.openHeader(row.get(3), of: id), receivedAt: try row.get(2),
          uploader: senders[try row.get(1)], refusal: try row.get(4))
      }
    }
  }

  /// How many files wait, for an operator.
  public func quarantineCounts(for caller: Caller) async throws -> QuarantineCounts {
    guard caller.identity.isOperator else { throw Refusal.forbidden(.operatorOnly) }
    return try await scheduler.readOnce([
      """
      SELECT count(*), count(*) FILTER (WHERE attempts > 0), min(received_at) FROM ohjaustila.quarantined_file
      WHERE NOT is_refused
      """
    ]) { rows in
      let row = try rows[0].exactlyOne()
      return try QuarantineCounts(waiting: row.get(0), failing: row.get(1), oldest: row.get(2))
    }
  }
}
