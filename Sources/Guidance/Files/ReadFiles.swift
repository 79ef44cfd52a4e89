public import Foundation
import Lifecycle
import Postgres

extension GuidanceStore {
  /// A space's files in the order published, from after the cursor on, and the room there is for more.
  public func files(of space: ID<Space>, _ page: PageRequest, for caller: Caller) async throws -> FileList {
    let after = try page.number()
    let (files, room) = try await reading(
      space, by: caller, to: .readContent, opening: .files,
      [
        FileRow.selection(space, "f.number > \(after) ORDER BY f.number LIMIT \(page.limit + 1)"),
        Participant.selection(of: space), SpaceRoom.selection(space),
      ]
    ) { access, rows in
      let cipher = try self.cipher(of: access)
      let senders = try Senders(rows[1], cipher)
      return (
        try rows[0].map { try FileRow($0, cipher, senders).file },
        try SpaceRoom(rows[2].exactlyOne(), self.options.space)
      )
    }
    return FileList(page: Page(files, limit: page.limit, next: { String($0.number) }), room: room)
  }

  /// Opens one file for download.
  ///
  /// - Throws: `Refusal.notFound`.
  public func download(_ id: ID<File>, of space: ID<Space>, for caller: Caller) async throws -> FileDownload {
    try await reading(
      space, by: caller, to: .readContent, opening: .file(id),
      [FileRow.selection(space, "f.id = \(id)"), Participant.selection(of: space)]
    ) { access, rows in
      guard let row = try rows[0].optionalOne() else { throw Refusal.notFound }
      let cipher = try self.cipher(of: access)
      let file = try FileRow(row, cipher, Senders(rows[1], cipher))
      let reader = ChunkReader(
        store: self, caller: caller, space: space, header: file.header, cipher: cipher.chunks(of: file.upload))
      return FileDownload(file: file.file, reader: reader)
    }
  }
}

/// A file that may be sent: its description, and its bytes a batch of chunks at a time.
public struct FileDownload: Sendable {
  /// What the file is.
  public let file: File
  let reader: ChunkReader

  /// Sends a range of the file in order.
  ///
  /// Each batch is read under the caller's rights of that moment: when they end, this throws and the transfer breaks.
  public func send(_ range: Range<UInt64>, to write: (sending Data) async throws -> Void) async throws {
    try await reader.send(range, to: write)
  }

  /// Sends the whole file.
  public func send(to write: (sending Data) async throws -> Void) async throws {
    try await send(0..<UInt64(file.size), to: write)
  }

  /// Runs a transfer, and breaks it off at the instant at which its right ends; see `GuidanceStore.whileEntitled`.
  public func whileEntitled(
    breakOff: @escaping @Sendable () -> Void, _ body: () async throws -> Void
  ) async throws {
    guard let right = TransferRight(reader.caller, reader.space) else { throw Refusal.notFound }
    try await reader.store.whileEntitled(right, breakOff: breakOff, body)
  }
}
