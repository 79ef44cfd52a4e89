import ArchiveFormat
import Foundation
import Lifecycle
import Postgres
import Vault

extension GuidanceStore {
  /// Prepares a space's archive for its customer: reads what there is and lays it out. Only the first time that this
  /// content is asked for it is rendered to know its size and to sign it.
  ///
  /// - Throws: `Refusal` when the caller is no customer of the space; `ArchiveKeyReplaced`.
  public func archive(of space: ID<Space>, for caller: Caller) async throws -> ArchiveDownload {
    while true {
      let content = try await archiveContent(of: space, for: caller)
      if let edition = try await edition(of: content, for: caller) {
        return try download(content, edition, for: caller)
      }
      try Task.checkCancellation()
    }
  }

  private func download(
    _ content: ArchiveContent, _ edition: ArchiveEdition, for caller: Caller
  ) throws -> ArchiveDownload {
    let space = content.space
    let parts = ArchiveParts(content: content, edition: edition, publicKey: archiveKeys.current.publicKey)
    return ArchiveDownload(
      entityTag: Hexadecimal.encode(edition.tag.prefix(16)), contentAsOf: space.contentAt,
      fileName: "ohjaustila-\(zone.date(of: space.createdAt)).zip", layout: try ArchiveLayout(entries: parts.entries),
      parts: parts, store: self, caller: caller, space: space.id)
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
