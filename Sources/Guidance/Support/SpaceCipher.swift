import Foundation
import Postgres
import Vault

/// Seals and opens one space's content; every value is bound to the cell it belongs to.
struct SpaceCipher: Sendable {
  /// The cells of a space that hold sealed values. The names are part of what is sealed: never change one.
  enum Place {
    case title(ID<Space>)
    case participantName(ID<Participation>)
    case participantEmail(ID<Participation>)
    case message(ID<Message>)
    case fileHeader(ID<File>)
    case feedback(ID<Participation>)
    case invitation(ID<PlannedNotice>)
    case archiveEdition(ID<Participation>)
    case uploadDescription(ID<Upload>)

    var sealPlace: SealPlace {
      switch self {
      case .title(let id): SealPlace(table: "space_secret", column: "title", row: id.uuid)
      case .participantName(let id): SealPlace(table: "participant", column: "name", row: id.uuid)
      case .participantEmail(let id): SealPlace(table: "participant", column: "email", row: id.uuid)
      case .message(let id): SealPlace(table: "message", column: "body", row: id.uuid)
      case .fileHeader(let id): SealPlace(table: "file", column: "header", row: id.uuid)
      case .feedback(let id): SealPlace(table: "feedback", column: "body", row: id.uuid)
      case .invitation(let id): SealPlace(table: "outbox", column: "payload", row: id.uuid)
      case .archiveEdition(let id): SealPlace(table: "archive_edition", column: "facts", row: id.uuid)
      case .uploadDescription(let id): SealPlace(table: "resumable_upload", column: "description", row: id.uuid)
      }
    }
  }

  private let sealer: Sealer

  init(_ key: DataKey) {
    sealer = Sealer(key)
  }

  func seal(_ text: String, _ place: Place) -> [UInt8] {
    sealer.seal(text: text, at: place.sealPlace)
  }

  func seal(_ text: String?, _ place: Place) -> Bytea? {
    text.map { Bytea(seal($0, place)) }
  }

  func open(_ sealed: [UInt8], _ place: Place) throws -> String {
    try sealer.openText(sealed, at: place.sealPlace)
  }

  func open(_ sealed: Bytea?, _ place: Place) throws -> String? {
    try sealed.map { try open($0.bytes, place) }
  }

  func seal(_ bytes: [UInt8], _ place: Place) -> [UInt8] {
    sealer.seal(bytes, at: place.sealPlace)
  }

  func openBytes(_ sealed: [UInt8], _ place: Place) throws -> [UInt8] {
    try sealer.open(sealed, at: place.sealPlace)
  }

  /// Recognises what an archive is made of.
  func digest(_ bytes: [UInt8]) -> [UInt8] {
    sealer.digest(bytes, purpose: "archive edition")
  }

  func seal(_ header: FileHeader, of file: ID<File>) -> [UInt8] {
    sealer.seal(header, at: Place.fileHeader(file).sealPlace)
  }

  func openHeader(_ sealed: Bytea, of file: ID<File>) throws -> FileHeader {
    try sealer.openFileHeader(sealed.bytes, at: Place.fileHeader(file).sealPlace)
  }

  /// The chunks of one upload attempt, under a key of its own.
  func chunks(of upload: ID<Upload>) -> ChunkCipher {
    ChunkCipher(sealer: sealer.forUpload(upload.uuid), upload: upload)
  }
}

/// Seals and opens the chunks of one upload attempt.
struct ChunkCipher: Sendable {
  let sealer: Sealer
  let upload: ID<Upload>

  func seal(_ chunk: UnsafeRawBufferPointer, index: Int) -> Bytea {
    Bytea(sealer.seal(chunk, at: place(index)))
  }

  func open(_ sealed: UnsafeRawBufferPointer, index: Int) throws -> Data {
    try sealer.openData(sealed, at: place(index))
  }

  /// The bytes between the last whole chunk and an offset, bound to that offset: an older tail does not open in its place.
  func sealTail(_ tail: [UInt8], at offset: Int) -> Bytea {
    Bytea(sealer.seal(tail, at: tailPlace(offset)))
  }

  func openTail(_ sealed: Bytea, at offset: Int) throws -> [UInt8] {
    try sealer.open(sealed.bytes, at: tailPlace(offset))
  }

  private func tailPlace(_ offset: Int) -> SealPlace {
    SealPlace(table: "resumable_upload", column: "tail", row: upload.uuid, chunk: UInt64(offset))
  }

  private func place(_ index: Int) -> SealPlace {
    SealPlace(table: "file_chunk", column: "data", row: upload.uuid, chunk: UInt64(index))
  }
}
