import Crypto
import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing

/// A space's journal as stored, checked by other code than the one that writes it.
struct Chain: Sendable {
  struct Entry: Sendable, Equatable {
    let sequence: Int
    let kind: String
    let effectiveAt: Instant
    let recordedAt: Instant
    let bytes: [UInt8]
    let hash: [UInt8]
  }

  let entries: [Entry]

  init(of space: ID<Space>, in installation: TestInstallation) async throws {
    entries = try await installation.asAdmin(
      """
      SELECT seq, kind, effective_at, recorded_at, entry, hash FROM ohjaustila.journal
      WHERE space_id = \(space) ORDER BY seq
      """
    ) { row in
      try Entry(
        sequence: row.get(0), kind: row.get(1), effectiveAt: row.get(2), recordedAt: row.get(3),
        bytes: row.get(4, as: Bytea.self).bytes, hash: row.get(5, as: Bytea.self).bytes)
    }
  }

  var kinds: [String] { entries.map(\.kind) }

  /// Numbers without gaps, each hash over the one before, instants that never decrease, and the head in the space's row.
  func verify(head: (sequence: Int, hash: [UInt8])? = nil, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(entries.map(\.sequence) == Array(1...max(1, entries.count)), sourceLocation: sourceLocation)
    var previous = [UInt8](repeating: 0, count: 32)
    for entry in entries {
      previous = Array(SHA256.hash(data: previous + entry.bytes))
      #expect(entry.hash == previous, "entry \(entry.sequence)", sourceLocation: sourceLocation)
    }
    #expect(
      zip(entries, entries.dropFirst()).allSatisfy { $0.recordedAt <= $1.recordedAt }, sourceLocation: sourceLocation)
    if let head {
      #expect(head.sequence == entries.count && head.hash == previous, sourceLocation: sourceLocation)
    }
  }

  /// Verifies against the head in the space's row, or in its tombstone.
  static func verify(
    _ space: ID<Space>, in installation: TestInstallation, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Chain {
    let heads = try await installation.asAdmin(
      """
      SELECT journal_seq, journal_hash FROM ohjaustila.space WHERE id = \(space) UNION ALL
      SELECT journal_seq, journal_hash FROM ohjaustila.tombstone WHERE space_id = \(space) AND destroyed_at IS NOT NULL
      """
    ) { (try $0.get(0, as: Int.self), try $0.get(1, as: Bytea.self).bytes) }
    #expect(heads.count == 1, sourceLocation: sourceLocation)
    let chain = try await Chain(of: space, in: installation)
    chain.verify(head: heads.first, sourceLocation: sourceLocation)
    return chain
  }
}
