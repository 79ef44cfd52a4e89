import ArchiveFormat
import Foundation
import Vault

/// The contents of an archive's entries, in their order: documents, files, manifest, signature. Each is made or read when
/// its bytes are wanted, and only then.
struct ArchiveParts: Sendable {
  let content: ArchiveContent
  let edition: ArchiveEdition
  let publicKey: ArchivePublicKey

  var entries: [ArchiveEntry] {
    let modified = content.rendering.document.contentAsOf.local
    let documents = ArchiveRendering.documents.map { document in
      ArchiveEdition.entry(document.path, edition.facts(of: document), modified)
    }
    let files = zip(content.files, content.rendering.files).map { file, archived in
      ArchiveEntry(
        path: archived.path, size: archived.size, crc32: file.header.crc32, modified: archived.uploadedAt.local)
    }
    return documents + files
      + [
        ArchiveEdition.entry(ArchivePath.manifest, edition.manifest, modified), edition.signatureEntry(modified),
      ]
  }

  /// Sends a range of the content of entry `index`.
  ///
  /// - Throws: `DamagedContent` before the last byte of what is not what it was; `Refusal.notFound` when the right ended.
  func send(_ index: Int, _ range: Range<UInt64>, to write: (sending Data) async throws -> Void) async throws {
    let (documents, files) = (ArchiveRendering.documents.count, content.files.count)
    switch index {
    case ..<documents: try await send(ArchiveRendering.documents[index], range, to: write)
    case ..<(documents + files):
      try await content.reader(of: content.files[index - documents]).send(range, to: write)
    case documents + files: try await write(Self.slice(try manifest(), range))
    default: try await write(Self.slice(edition.signature, range))
    }
  }

  /// The manifest, which is signed: with other bytes than the signature's it never leaves.
  private func manifest() throws -> [UInt8] {
    let bytes = content.manifest(index: edition.index, space: edition.space)
    guard publicKey.isValid(edition.signature, of: bytes) else {
      throw DamagedContent(what: "an archive's manifest is not what was signed")
    }
    return bytes
  }

  /// Renders a document as far as the range goes. Its last bytes are held back until it is known to be what it was.
  private func send(
    _ document: ArchiveRendering.Document, _ range: Range<UInt64>, to write: (sending Data) async throws -> Void
  ) async throws {
    let facts = edition.facts(of: document)
    var (position, digest, held) = (UInt64(0), RunningDigest(), Data())
    try await content.rendering.render(document) { piece in
      digest.update(piece)
      let lower = max(range.lowerBound, position)
      let upper = min(range.upperBound, position + UInt64(piece.count))
      if lower < upper {
        let ready = held
        held = Data(piece[Int(lower - position)..<Int(upper - position)])
        if !ready.isEmpty { try await write(ready) }
      }
      position += UInt64(piece.count)
      return position < range.upperBound || range.upperBound == facts.size
    }
    if range.upperBound == facts.size {
      guard position == facts.size, digest.finish() == facts.digest else {
        throw DamagedContent(what: "a document of an archive is not what it was")
      }
    }
    if !held.isEmpty { try await write(held) }
  }

  private static func slice(_ bytes: [UInt8], _ range: Range<UInt64>) -> Data {
    Data(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
  }
}
