import ArchiveFormat
import Lifecycle
import Postgres
import Vault

/// What an archive is made of, but for messages and bytes.
struct ArchiveContent: Sendable {
  let space: Space
  let participation: ID<Participation>
  let files: [FileRow]
  let rendering: ArchiveRendering
  /// What this copy of the service signs with.
  let keyID: ArchiveKeyID
  /// Recognises everything that the archive's bytes follow from.
  let tag: [UInt8]
  /// The edition that is kept of it.
  private(set) var edition: ArchiveEdition?
  private let store: GuidanceStore
  private let caller: Caller
  private let cipher: SpaceCipher

  var language: ArchiveLanguage { rendering.language }

  static func queries(_ space: ID<Space>) -> [Query] {
    [
      Participant.selection(of: space),
      FileRow.selection(space, "true ORDER BY f.number"),
      // Also for a person under a non-disclosure order, whose notices name nobody: a mail lies where others may read it,
      // an archive goes to who has authenticated and asked for it, and has to say who the controller is (GDPR 13, 15).
      // Contact data of participants, which the order hides from the others, is in nobody's archive.
      """
      SELECT o.name, o.controller_name FROM ohjaustila.organisation o
      JOIN ohjaustila.space s ON s.organisation_id = o.id WHERE s.id = \(space)
      """,
      // Facts only: a boundary that passes by itself changes no byte.
      """
      SELECT kind, effective_at FROM ohjaustila.journal WHERE space_id = \(space)
        AND kind IN ('opened', 'closed', 'reactivated', 'archivedEarly', 'restricted', 'unrestricted', 'holdPlaced',
          'holdReleased', 'participantErased') ORDER BY seq
      """,
      Feedback.selection(space),
      "SELECT tag, facts FROM ohjaustila.archive_edition WHERE space_id = \(space)",
      // Comes last: whatever changes a space moves the end of its journal.
      "SELECT journal_seq FROM ohjaustila.space WHERE id = \(space)",
    ]
  }

  init(_ access: SpaceAccess, _ rows: ArraySlice<Rows>, store: GuidanceStore, caller: Caller) throws {
    let cipher = try store.cipher(of: access)
    let senders = try Senders(rows[0], cipher)
    guard let participation = access.participation else { throw Refusal.notFound }
    space = access.space
    self.participation = participation
    files = try rows[1].map { try FileRow($0, cipher, senders) }
    self.store = store
    self.caller = caller
    self.cipher = cipher
    let document = try SpaceDocument(
      access, senders.participants, rows[2...], fileCount: files.count, cipher: cipher, store: store)
    rendering = ArchiveRendering(
      document: document, language: ArchiveLanguage(rawValue: access.space.language.rawValue) ?? .fi,
      files: Self.archived(files, zone: store.zone),
      messages: MessagePages(store: store, caller: caller, space: space.id, cipher: cipher, senders: senders))
    keyID = store.archiveKeys.current.id
    tag = Self.tag(rendering, of: participation, signedWith: keyID, cipher)
    for row in rows[5] where try row.get(0, as: Bytea.self).bytes == tag {
      edition = try openEdition(row.get(1))
    }
  }

  /// Of space.json without its messages, which are only ever added to or, with an entry in the timeline, removed: their
  /// number stands for them.
  private static func tag(
    _ rendering: ArchiveRendering, of customer: ID<Participation>, signedWith key: ArchiveKeyID, _ cipher: SpaceCipher
  ) -> [UInt8] {
    let what = "\(customer) \(rendering.language) \(RendererVersion.current) \(key)\n"
    var bytes = Array(what.utf8)
    var renderer = SpaceJSONRenderer(rendering.document)
    renderer.begin(into: &bytes)
    for file in rendering.files { renderer.file(file, into: &bytes) }
    return cipher.digest(bytes)
  }

  /// manifest.json: every entry but itself and its signature.
  func manifest(index: ArchiveEdition.Facts, space: ArchiveEdition.Facts) -> [UInt8] {
    var manifest = ManifestRenderer(
      spaceID: self.space.id.description, contentAsOf: rendering.document.contentAsOf, language: language,
      keyID: keyID.text)
    var bytes: [UInt8] = []
    for (document, facts) in zip(ArchiveRendering.documents, [index, space]) {
      manifest.entry(
        path: document.path, size: facts.size, sha256: Hexadecimal.encode(facts.digest), into: &bytes)
    }
    for file in rendering.files {
      manifest.entry(path: file.path, size: file.size, sha256: file.sha256, into: &bytes)
    }
    manifest.end(into: &bytes)
    return bytes
  }

  func seal(_ edition: ArchiveEdition) -> [UInt8] { cipher.seal(edition.bytes, .archiveEdition(participation)) }

  func openEdition(_ sealed: Bytea) throws -> ArchiveEdition {
    try ArchiveEdition(cipher.openBytes(sealed.bytes, .archiveEdition(participation)), tag: tag)
  }

  func reader(of file: FileRow) -> ChunkReader {
    ChunkReader(
      store: store, caller: caller, space: space.id, header: file.header, cipher: cipher.chunks(of: file.upload))
  }

  /// Gives every file a name that is safe and unique within the archive.
  private static func archived(_ files: [FileRow], zone: CivilZone) -> [ArchivedFile] {
    var names = SafeNames(fallback: "file")
    return files.map { row in
      let file = row.file
      return ArchivedFile(
        id: file.id.description, path: ArchivePath.file(names.assign(file.name)), originalName: file.name,
        size: UInt64(file.size), sha256: Hexadecimal.encode(file.sha256), contentType: file.contentType,
        uploadedAt: ArchiveInstant(file.uploadedAt, zone: zone), uploaderName: file.uploader.name,
        uploaderRole: ArchivedRole(file.uploader.role))
    }
  }
}
