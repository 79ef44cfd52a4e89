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
    try writeSpace()
    if let last { try enqueue(last) }
  }

  private func writeSpace() throws {
    if envelopeChanged { try changeEnvelope() }
    guard life != space.life || timeline != space.timeline else { return try moveHead() }
    if life.promise?.active != space.life.promise?.active {
      try enqueue("SELECT ohjaustila.void_promised_closing(\(space.id))")
    }
    try enqueue(access.isOfficers ? recordingDecision : recordingLife)
  }

  private var recordingLife: Query {
    """
    SELECT ohjaustila.record_life(\(space.id), \(currentVersion),
      \(life.anchorAt), \(life.anchorKind), \(life.closedAt), \(life.archivedEarlyAt), \(life.holdLastDay),
      \(life.holdReason), \(life.restrictedAt), \(life.graceLastDay), \(life.erasureDecidedAt),
      \(timelineCells), \(headCells), \(messageCount), \(fileCount), \(nextDue))
    """
  }

  /// An officer decides on keeping and erasing, and the function they may call writes nothing else of the facts.
  private var recordingDecision: Query {
    """
    SELECT ohjaustila.record_decision(\(space.id), \(currentVersion),
      \(life.holdLastDay), \(life.holdReason), \(life.restrictedAt), \(life.graceLastDay), \(life.erasureDecidedAt),
      \(timelineCells), \(headCells), \(nextDue))
    """
  }

  private var timelineCells: Query {
    """
    \(timeline.closesAt), \(timeline.sealsAt), \(timeline.archivesAt), \(timeline.erasesAt),
      \(timeline.baseErasesAt), \(timeline.lastDays.active), \(timeline.lastDays.reactivatable),
      \(timeline.lastDays.sealed), \(timeline.lastDays.archived)
    """
  }

  private var headCells: Query {
    "\(journaledThrough), \(head.sequence), \(Bytea(head.hash)), \(head.at)"
  }

  /// When the scheduler has something to do. Of a space whose erasure was decided the crossing is journaled with the
  /// decision, and what is left to do is the destruction, at once.
  private var nextDue: Instant {
    guard state != .erased else { return timeline.erasesAt }
    return timeline.nextDue(policy: policy, zone: store.zone, after: journaledThrough) ?? .distantFuture
  }

  private func changeEnvelope() throws {
    let renamed: Query =
      topics == space.topics && language == space.language ? "" : ", topics = \(topics), language = \(language)"
    try enqueueUpdatingOne(
      """
      UPDATE ohjaustila.space SET version = version + 1\(renamed)
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
