import ArchiveFormat
public import Foundation
public import Lifecycle
import Logging

/// A space's archive that may be sent: one ZIP, whose every offset is known before its first byte.
public struct ArchiveDownload: Sendable {
  /// In bytes, exactly.
  public var length: UInt64 { layout.totalLength }
  /// Changes with content, renderer, language and signing key, and with nothing else.
  public let entityTag: String
  /// When the last content or timeline fact was recorded.
  public let contentAsOf: Instant
  /// A name for the file to save.
  public let fileName: String

  let layout: ArchiveLayout
  let parts: ArchiveParts
  let store: GuidanceStore
  let caller: Caller
  let space: ID<Space>

  /// Sends the archive in order, in memory that does not grow with it.
  ///
  /// Content is read under the caller's rights of that moment: when they end, this throws and the transfer breaks, so
  /// that nobody takes half an archive for a whole one. What was sent is journaled in either case.
  public func send(to write: (sending Data) async throws -> Void) async throws {
    var sent: UInt64 = 0
    do {
      for segment in layout.segments {
        try await send(segment) { piece in
          sent += UInt64(piece.count)
          try await write(piece)
        }
      }
    } catch {
      // The request's task may be cancelled already; what was sent is journaled all the same.
      Task { [sent] in await journal(sent) }
      throw error
    }
    await journal(sent)
  }

  private func send(_ segment: ArchiveSegment, to write: (sending Data) async throws -> Void) async throws {
    switch segment {
    case .bytes(let bytes):
      try await write(Data(bytes))
    case .entry(let index, let range):
      try await parts.send(index, range, to: write)
    }
  }

  private func journal(_ bytes: UInt64) async {
    do {
      try await store.change(space, by: caller, to: .download) { change in
        try change.journal("archiveDownloaded", details: [("bytes", String(bytes))])
      }
    } catch is Refusal {
      // The right ended while the archive was being sent: there is no journal left to write to.
    } catch {
      store.logger.error("an archive's download could not be journaled", metadata: ["space": "\(space)"])
    }
  }
}
