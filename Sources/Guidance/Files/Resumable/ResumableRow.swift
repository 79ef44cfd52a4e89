import Foundation
import Lifecycle
import Postgres
import Vault

/// An upload as stored.
struct ResumableRow: Sendable {
  let id: ID<Upload>
  let length: Int
  let description: UploadDescription
  let received: Int
  let tail: Bytea?
  let leasedUntil: Instant
  let expiresAt: Instant
  let file: ID<File>?
  private let isFile: Bool
  private let isRefused: Bool?

  /// Uploads that have not expired, of the principal only: row-level security sees to that.
  static func selection(_ id: ID<Upload>, of space: ID<Space>) -> Query {
    """
    SELECT r.id, r.length, r.description, r.received, r.tail, r.leased_until, r.expires_at, r.file_id,
      EXISTS (SELECT FROM ohjaustila.file f WHERE f.space_id = r.space_id AND f.id = r.file_id),
      (SELECT q.is_refused FROM ohjaustila.quarantined_file q WHERE q.space_id = r.space_id AND q.id = r.file_id)
    FROM ohjaustila.resumable_upload r
    WHERE r.space_id = \(space) AND r.id = \(id) AND r.expires_at > ohjaustila.instant_now()
    """
  }

  init(_ row: Row, _ cipher: SpaceCipher) throws {
    var cells = row.cells
    id = try cells.next()
    length = try cells.next()
    let sealed: Bytea = try cells.next()
    description = try JSONDecoder().decode(
      UploadDescription.self, from: Data(cipher.open(sealed.bytes, .uploadDescription(id)).utf8))
    received = try cells.next()
    tail = try cells.next()
    leasedUntil = try cells.next()
    expiresAt = try cells.next()
    file = try cells.next()
    isFile = try cells.next()
    isRefused = try cells.next()
  }

  /// - Throws: `Refusal.notFound` when the file it became is gone.
  var upload: ResumableUpload {
    get throws(Refusal) {
      ResumableUpload(
        id: id, length: length, offset: received, metadata: description.metadata, expiresAt: expiresAt,
        state: try state)
    }
  }

  private var state: ResumableUpload.State {
    get throws(Refusal) {
      guard let file else { return .receiving }
      if isFile { return .published(file) }
      guard let isRefused else { throw .notFound }
      return isRefused ? .refused(file) : .scanning(file)
    }
  }
}

extension SpaceCipher {
  func seal(_ description: UploadDescription, of upload: ID<Upload>) throws -> Bytea {
    let json = String(decoding: try JSONEncoder().encode(description), as: UTF8.self)
    return Bytea(seal(json, .uploadDescription(upload)))
  }
}
