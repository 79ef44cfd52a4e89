import ArchiveFormat
import Lifecycle
import Postgres
import Vault

extension SpaceDocument {
  /// - Parameter rows: organisation, facts, feedback.
  init(
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
