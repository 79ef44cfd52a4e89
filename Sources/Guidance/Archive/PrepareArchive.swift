import ArchiveFormat
import Foundation
import Lifecycle
import Postgres
import Vault

extension GuidanceStore {
  /// Prepares a space's archive for its customer: reads what there is, renders it once to know its size, and lays it out.
  ///
  /// - Throws: `Refusal` when the caller is no customer of the space.
  public func archive(of space: ID<Space>, for caller: Caller) async throws -> ArchiveDownload {
    let content = try await archiveContent(of: space, for: caller)
    let rendering = content.rendering
    var entries: [ArchiveEntry] = []
    for document in ArchiveRendering.documents {
      var (size, checksum) = (UInt64(0), CRC32())
      try await rendering.render(document) { piece in
        size += UInt64(piece.count)
        checksum.update(piece)
      }
      entries.append(
        ArchiveEntry(
          path: document.path, size: size, crc32: checksum.value, modified: rendering.document.contentAsOf.local))
    }
    for (file, archived) in zip(content.files, rendering.files) {
      entries.append(
        ArchiveEntry(
          path: archived.path, size: archived.size, crc32: file.header.crc32, modified: archived.uploadedAt.local))
    }
    let view = content.space
    return ArchiveDownload(
      entityTag: Self.archiveTag(view, for: content.participation, language: rendering.language),
      contentAsOf: view.contentAt,
      fileName: "ohjaustila-\(zone.date(of: view.createdAt)).zip", layout: try ArchiveLayout(entries: entries),
      rendering: rendering, files: content.files.map { content.reader(of: $0) }, store: self, caller: caller,
      space: space)
  }

  /// A hash of what the bytes are a function of; the customer belongs to it, for each finds only their own feedback.
  private static func archiveTag(
    _ space: Space, for customer: ID<Participation>?, language: ArchiveLanguage
  ) -> String {
    let parts: [Any] = [
      space.id, space.contentAt, space.messageCount, space.fileCount, RendererVersion.current, language,
      customer?.description ?? "",
    ]
    let what = parts.map { "\($0)" }.joined(separator: " ")
    return Hexadecimal.encode(RunningDigest.sha256(Array(what.utf8)).prefix(16))
  }

  private func archiveContent(of space: ID<Space>, for caller: Caller) async throws -> ArchiveContent {
    while true {
      let content = try await reading(space, by: caller, to: .download, ArchiveContent.queries(space)) {
        access, rows -> ArchiveContent? in
        // Each statement reads as of its own instant: had anything been recorded in between, they would not fit together.
        guard let last = rows.last, try last.exactlyOne().get(0) == access.space.journal.sequence else { return nil }
        return try ArchiveContent(access, rows, store: self, caller: caller)
      }
      if let content { return content }
      try Task.checkCancellation()
    }
  }
}

/// What an archive is made of, but for messages and bytes.
struct ArchiveContent: Sendable {
  let space: Space
  let participation: ID<Participation>?
  let files: [FileRow]
  let rendering: ArchiveRendering
  private let store: GuidanceStore
  private let caller: Caller
  private let cipher: SpaceCipher

  static func queries(_ space: ID<Space>) -> [Query] {
    [
      Participant.selection("p.space_id = \(space)"),
      FileRow.selection(space, "true ORDER BY f.number"),
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
      """
      SELECT f.participant_id, f.rating, f.body, f.given_at FROM ohjaustila.feedback f
      JOIN ohjaustila.my_space mine ON mine.principal = ohjaustila.principal() AND mine.space_id = f.space_id
        AND mine.participant_id = f.participant_id
      WHERE f.space_id = \(space)
      """,
      // Comes last: whatever changes a space moves the end of its journal.
      "SELECT journal_seq FROM ohjaustila.space WHERE id = \(space)",
    ]
  }

  init(_ access: SpaceAccess, _ rows: ArraySlice<Rows>, store: GuidanceStore, caller: Caller) throws {
    let cipher = try store.cipher(of: access)
    let senders = try Senders(rows[0], cipher)
    space = access.space
    participation = access.participation
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

extension SpaceDocument {
  /// - Parameter rows: organisation, facts, feedback.
  fileprivate init(
    _ access: SpaceAccess, _ participants: [Participant], _ rows: ArraySlice<Rows>, fileCount: Int,
    cipher: SpaceCipher, store: GuidanceStore
  ) throws {
    let (space, zone) = (access.space, store.zone)
    let base = rows.startIndex
    let organisation = try rows[base].exactlyOne()
    let feedback = try rows[base + 2].optionalOne().map { try Feedback($0, cipher) }
    let days = space.timeline.lastDays
    self.init(
      id: space.id.description, title: try cipher.open(access.secret?.title, .title(space.id)) ?? "",
      language: space.language.rawValue, organisationName: try organisation.get(0),
      controllerName: try organisation.get(1), register: space.register, topics: space.topics,
      timeline: ArchivedTimeline(
        events: try rows[base + 1].compactMap { try ArchivedEvent($0, zone: zone) },
        lastActiveDay: CivilDay(days.active), lastReactivatableDay: CivilDay(days.reactivatable),
        lastArchivedDay: days.archived.map(CivilDay.init)),
      participants: participants.map { person in
        ArchivedParticipant(
          displayName: person.name, role: ArchivedRole(person.role),
          joinedAt: person.enteredAt.map { ArchiveInstant($0, zone: zone) },
          leftAt: person.leftAt.map { ArchiveInstant($0, zone: zone) })
      },
      feedback: feedback.map { feedback in
        ArchivedFeedback(
          rating: feedback.rating, text: feedback.text, givenAt: ArchiveInstant(feedback.givenAt, zone: zone))
      },
      messageCount: space.messageCount, fileCount: fileCount,
      contentAsOf: ArchiveInstant(space.contentAt, zone: zone))
  }
}

extension ArchivedEvent {
  /// The codes of the journal that the archive has other names for.
  private static let names = ["archivedEarly": "archived", "participantErased": "contentRemoved"]

  fileprivate init?(_ row: Row, zone: CivilZone) throws {
    let code: String = try row.get(0)
    guard let kind = Kind(rawValue: Self.names[code] ?? code) else { return nil }
    self.init(kind, at: ArchiveInstant(try row.get(1, as: Instant.self), zone: zone))
  }
}
