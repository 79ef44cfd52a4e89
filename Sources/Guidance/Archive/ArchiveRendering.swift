import ArchiveFormat
import Lifecycle
import Postgres

/// The documents of an archive, rendered as often as needed from the same content: messages page by page, never all at once.
struct ArchiveRendering: Sendable {
  /// The rendered entries, in their order in the archive.
  enum Document: Sendable {
    case index
    case space

    var path: String {
      switch self {
      case .index: ArchivePath.index
      case .space: ArchivePath.space
      }
    }
  }

  static let documents: [Document] = [.index, .space]

  let document: SpaceDocument
  let language: ArchiveLanguage
  let files: [ArchivedFile]
  let messages: MessagePages

  /// Renders one document from beginning to end, in pieces.
  func render(_ which: Document, to write: ([UInt8]) async throws -> Void) async throws {
    switch which {
    case .index: try await render(HTMLRenderer(language: language, document), to: write)
    case .space: try await render(SpaceJSONRenderer(document), to: write)
    }
  }

  private func render(_ renderer: some SpaceRenderer, to write: ([UInt8]) async throws -> Void) async throws {
    var renderer = renderer
    var piece: [UInt8] = []
    renderer.begin(into: &piece)
    var next = 1
    while next <= document.messageCount {
      let page = try await messages.page(from: next, through: document.messageCount)
      guard let last = page.last?.number else { throw DamagedContent(what: "messages are missing") }
      for message in page { renderer.message(message, into: &piece) }
      next = last + 1
      try await Self.flush(&piece, to: write)
    }
    for file in files {
      renderer.file(file, into: &piece)
      if piece.count > Self.pieceSize { try await Self.flush(&piece, to: write) }
    }
    renderer.end(into: &piece)
    try await Self.flush(&piece, to: write)
  }

  private static let pieceSize = 64 * 1024

  private static func flush(_ piece: inout [UInt8], to write: ([UInt8]) async throws -> Void) async throws {
    guard !piece.isEmpty else { return }
    try await write(piece)
    piece.removeAll(keepingCapacity: true)
  }
}

/// A space's messages for an archive, read under the caller's rights of the moment.
struct MessagePages: Sendable {
  let store: GuidanceStore
  let caller: Caller
  let space: ID<Space>
  let cipher: SpaceCipher
  let senders: Senders

  private static let size = 200

  /// Some messages from a number on, at least one where there is one.
  ///
  /// - Throws: `Refusal.notFound` when the right to read has ended.
  func page(from first: Int, through last: Int) async throws -> [ArchivedMessage] {
    let (cipher, senders, zone) = (self.cipher, self.senders, store.zone)
    let page = try await store.service.readOnce([
      store.stating(caller, space: space),
      Message.selection(
        space, "m.number BETWEEN \(first) AND \(last) ORDER BY m.number LIMIT \(Self.size)"),
    ]) { rows in
      try rows[1].map { ArchivedMessage(try Message($0, cipher, senders), zone: zone) }
    }
    guard !page.isEmpty else { throw Refusal.notFound }
    return page
  }
}

extension ArchivedMessage {
  fileprivate init(_ message: Message, zone: CivilZone) {
    self.init(
      number: message.number, id: message.id.description, sentAt: ArchiveInstant(message.sentAt, zone: zone),
      senderName: message.sender.name, senderRole: ArchivedRole(message.sender.role), text: message.text)
  }
}
