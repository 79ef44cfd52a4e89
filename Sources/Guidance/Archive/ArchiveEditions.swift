import ArchiveFormat
import Lifecycle
import Logging
import Postgres
import Vault

/// This copy of the service still signs with a key that was replaced, and may sign nothing new with it.
public struct ArchiveKeyReplaced: Error, CustomStringConvertible {
  /// One sentence for the log.
  public let description: String

  init(_ id: ArchiveKeyID) {
    description =
      "the key \(id) for signing archives was replaced: restart this copy with the installation's current keys"
  }
}

extension GuidanceStore {
  /// The edition of an archive's content: the one that is kept, or a new one, kept from now on. Of several copies that
  /// make it at once, all get the one that came first.
  ///
  /// - Returns: nil when the space has changed since its content was read.
  func edition(of content: ArchiveContent, for caller: Caller) async throws -> ArchiveEdition? {
    if let kept = content.edition { return kept }
    let made = try await makeEdition(of: content)
    guard let first = try await keep(made, of: content, for: caller) else { return nil }
    guard first.index == made.index, first.space == made.space, first.manifest == made.manifest else {
      throw DamagedContent(what: "an archive is rendered differently than it was")
    }
    return first
  }

  /// Renders everything once.
  private func makeEdition(of content: ArchiveContent) async throws -> ArchiveEdition {
    let index = try await content.rendering.facts(of: .index)
    let space = try await content.rendering.facts(of: .space)
    let manifest = content.manifest(index: index, space: space)
    return ArchiveEdition(
      tag: content.tag, index: index, space: space, manifest: ArchiveEdition.Facts(of: manifest),
      signature: archiveKeys.current.sign(manifest))
  }

  /// Writes an edition unless there is one of its tag, reads the one that is there, and deletes those it supersedes.
  private func keep(
    _ edition: ArchiveEdition, of content: ArchiveContent, for caller: Caller
  ) async throws -> ArchiveEdition? {
    let (space, version) = (content.space.id, content.space.version)
    let (insertion, selection, cleaning) = (
      content.insertion(of: edition), content.selection(of: edition), content.cleaning(after: edition)
    )
    let (kept, isUnchanged) = try await service.write(preamble: [stating(caller, space: space)]) { transaction in
      let rows = try transaction.pipeline([
        SpaceAccess.lock(space), "SELECT version FROM ohjaustila.space WHERE id = \(space)", insertion, selection,
        cleaning,
      ])
      guard let found = rows[1].first else { throw Refusal.notFound }
      return (try rows[3].first?.get(0, as: Bytea.self), try found.get(0) == version)
    }
    guard isUnchanged else { return nil }
    guard let kept else {
      let error = ArchiveKeyReplaced(content.keyID)
      logger.error("\(error)")
      throw error
    }
    return try content.openEdition(kept)
  }
}

extension ArchiveContent {
  /// Nothing is written under a key that was replaced, of a space that has changed, or for who may not see it any more.
  fileprivate func insertion(of edition: ArchiveEdition) -> Query {
    """
    INSERT INTO ohjaustila.archive_edition (space_id, participant_id, tag, language, renderer_version, key_id, content_at,
      made_at, facts)
    SELECT s.id, mine.participant_id, \(Bytea(edition.tag)), \(language.rawValue), \(Int32(RendererVersion.current)), k.id,
      \(space.contentAt), ohjaustila.instant_now(), \(Bytea(seal(edition)))
    FROM ohjaustila.space s
    JOIN ohjaustila.my_space mine ON mine.principal = ohjaustila.principal() AND mine.space_id = s.id
      AND mine.participant_id = \(participation) AND mine.visible_until > ohjaustila.instant_now()
    JOIN ohjaustila.archive_key k ON k.id = \(keyID.text)
      AND (k.valid_until IS NULL OR k.valid_until > ohjaustila.instant_now())
    WHERE s.id = \(space.id) AND s.version = \(space.version)
    ON CONFLICT DO NOTHING
    """
  }

  fileprivate func selection(of edition: ArchiveEdition) -> Query {
    """
    SELECT facts FROM ohjaustila.archive_edition
    WHERE space_id = \(space.id) AND participant_id = \(participation) AND tag = \(Bytea(edition.tag))
    """
  }

  /// Of older content, an older renderer or a key that signs no more: nobody can ask for those again. What another copy
  /// has just made of newer content stays.
  fileprivate func cleaning(after edition: ArchiveEdition) -> Query {
    """
    DELETE FROM ohjaustila.archive_edition e
    WHERE e.space_id = \(space.id) AND e.participant_id = \(participation) AND e.tag <> \(Bytea(edition.tag))
      AND (e.content_at < \(space.contentAt) OR e.renderer_version < \(Int32(RendererVersion.current))
        OR e.key_id IN (SELECT k.id FROM ohjaustila.archive_key k WHERE k.valid_until <= ohjaustila.instant_now()))
    """
  }
}
