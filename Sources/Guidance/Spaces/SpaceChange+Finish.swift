import Lifecycle
import Postgres

extension SpaceChange {
  /// The space as the change leaves it.
  var changed: Space {
    Space(
      id: space.id, organisation: space.organisation, register: space.register, policyVersion: space.policyVersion,
      language: language, topics: topics, version: currentVersion + 1, createdAt: space.createdAt,
      life: life, timeline: timeline, journaledThrough: journaledThrough, journal: head, messageCount: messageCount,
      fileCount: fileCount, contentAt: now)
  }

  /// Queues what the space's own row has to say of the change. Comes last: the fact may hide the space from the caller.
  func finish() throws {
    if envelopeChanged { try changeEnvelope() }
    guard life != space.life || timeline != space.timeline else { return try moveHead() }
    try enqueue(
      """
      SELECT ohjaustila.record_life(\(space.id), \(currentVersion),
        \(life.anchorAt), \(life.anchorKind), \(life.closedAt), \(life.archivedEarlyAt), \(life.holdLastDay),
        \(life.holdReason), \(life.restrictedAt), \(life.graceLastDay), \(life.erasureDecidedAt),
        \(timeline.closesAt), \(timeline.sealsAt), \(timeline.archivesAt), \(timeline.erasesAt),
        \(timeline.baseErasesAt), \(timeline.lastDays.active), \(timeline.lastDays.reactivatable),
        \(timeline.lastDays.sealed), \(timeline.lastDays.archived),
        \(journaledThrough), \(head.sequence), \(Bytea(head.hash)), \(head.at), \(messageCount), \(fileCount),
        \(timeline.nextDue(policy: policy, zone: store.zone, after: journaledThrough) ?? .distantFuture))
      """)
  }

  private func changeEnvelope() throws {
    try enqueueUpdatingOne(
      """
      UPDATE ohjaustila.space SET version = version + 1, topics = \(topics), language = \(language)
      WHERE id = \(space.id) AND version = \(space.version)
      """)
  }

  /// What the version is after `changeEnvelope`.
  private var currentVersion: Int { space.version + (envelopeChanged ? 1 : 0) }

  private func moveHead() throws {
    guard head != space.journal || contentChanged || hasCrossed else { return }
    try enqueueUpdatingOne(
      """
      UPDATE ohjaustila.space SET journal_seq = \(head.sequence), journal_hash = \(Bytea(head.hash)),
        journal_at = \(head.at), journaled_through = \(journaledThrough), message_count = \(messageCount),
        file_count = \(fileCount), content_at = \(contentChanged ? now : space.contentAt)
      WHERE id = \(space.id) AND version = \(currentVersion)
      """)
  }
}
