import ArchiveFormat
import Lifecycle
import Postgres
import Vault

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

  /// Renders one document, in pieces, until its end or until `write` wants no more.
  func render(_ which: Document, to write: ([UInt8]) async throws -> Bool) async throws {
    switch which {
    case .index: try await render(HTMLRenderer(language: language, document), to: write)
    case .space: try await render(SpaceJSONRenderer(document), to: write)
    }
  }

  /// Renders one document for what is to be known of it.
  func facts(of which: Document) async throws -> ArchiveEdition.Facts {
    var (facts, digest) = (ArchiveEdition.Facts(), RunningDigest())
    try await render(which) { piece in
      facts.size += UInt64(piece.count)
      facts.checksum.update(piece)
      digest.update(piece)
      return true
    }
    facts.digest = digest.finish()
    return facts
  }

  private func render(_ renderer: some SpaceRenderer, to write: ([UInt8]) async throws -> Bool) async throws {
    var renderer = renderer
    var piece: [UInt8] = []
    renderer.begin(into: &piece)
    var next = 1
    while next <= document.messageCount {
      let page = try await messages.page(from: next, through: document.messageCount)
      guard let last = page.last?.number else { throw DamagedContent(what: "messages are missing") }
      for message in page { renderer.message(message, into: &piece) }
      next = last + 1
      guard try await write(piece) else { return }
      piece.removeAll(keepingCapacity: true)
    }
    for file in files {
      renderer.file(file, into: &piece)
      guard piece.count > Self.pieceSize else { continue }
      guard try await write(piece) else { return }
      piece.removeAll(keepingCapacity: true)
    }
    renderer.end(into: &piece)
    _ = try await write(piece)
  }

  private static let pieceSize = 64 * 1024
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
