import ArchiveFormat
public import Foundation
public import Lifecycle

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
  /// The link it is sent through, where it is one.
  var link: ArchiveLink?

  /// Sends a range of the archive in order, in memory that does not grow with it, and of what it does not cover nothing
  /// is read.
  ///
  /// Content is read under the caller's rights of that moment: when they end, this throws and the transfer breaks, so
  /// that nobody takes half an archive for a whole one. What was sent is journaled in either case.
  ///
  /// - Parameter flush: returns when what was written is out; what is not is not journaled as sent.
  public func send(
    _ range: Range<UInt64>, flush: () async throws -> Void = {}, to write: (sending Data) async throws -> Void
  ) async throws {
    var (sent, underWay) = (range.lowerBound, range.lowerBound)
    // Also when the request's task is cancelled.
    defer { store.downloads.note(range.lowerBound..<sent, of: self) }
    for segment in layout.segments(in: range) {
      try await send(segment) { piece in
        sent = underWay
        underWay += UInt64(piece.count)
        try await write(piece)
      }
    }
    try await flush()
    sent = underWay
  }

  /// Sends the whole archive.
  public func send(to write: (sending Data) async throws -> Void) async throws {
    try await send(0..<length, to: write)
  }

  /// Runs a transfer, and breaks it off at the instant at which its right ends; see `GuidanceStore.whileEntitled`.
  public func whileEntitled(
    breakOff: @escaping @Sendable () -> Void, _ body: () async throws -> Void
  ) async throws {
    guard let right = TransferRight(caller, space, link: link) else { throw Refusal.notFound }
    try await store.whileEntitled(right, breakOff: breakOff, body)
  }

  private func send(_ segment: ArchiveSegment, to write: (sending Data) async throws -> Void) async throws {
    switch segment {
    case .bytes(let bytes):
      try await write(Data(bytes))
    case .entry(let index, let range):
      try await parts.send(index, range, to: write)
    }
  }
}
