public import Lifecycle
import Postgres

/// What an organisation can show of a space that was erased: nothing in it says whose it was.
public struct ErasureCertificate: Sendable {
  /// A master key that at some time wrapped the space's key.
  public struct Master: Sendable, Equatable {
    /// What it goes by.
    public let id: String
    /// When it was destroyed everywhere; nil while it may still exist.
    public let destroyedAt: Instant?
  }

  /// The space that there was.
  public let space: ID<Space>
  /// Whose it was.
  public let organisation: ID<Organisation>
  /// The policy that governed it, with its text's title and source.
  public let policy: Policy
  /// The four instants of its life, as they stood.
  public let closesAt, sealsAt, archivesAt, erasesAt: Instant
  /// What was in it.
  public let messages, files: Int
  /// Entries of its journal, and the last one's hash.
  public let journalEntries: Int
  /// SHA-256.
  public let journalHash: [UInt8]
  /// When its key was destroyed.
  public let erasedAt: Instant
  /// When key and ciphertext were looked for and not found; nil before.
  public let destroyedAt: Instant?
  /// The ledger's name for the erasure; nil for one before there was a ledger.
  public let ledgerBatch: String?
  /// By id.
  public let masters: [Master]
  /// When this was asked.
  public let statedAt: Instant

  /// Since when nothing can bring the content back, also not from a backup of the database: every master that ever wrapped
  /// the key is destroyed, and the ciphertext is. Nil before.
  public var finalAt: Instant? {
    guard let destroyedAt, !masters.isEmpty else { return nil }
    let ends = masters.compactMap(\.destroyedAt)
    return ends.count == masters.count ? ends.reduce(destroyedAt, max) : nil
  }

  /// What still has to happen until it is final; nil when it is.
  public var finalWhen: FinalWhen? {
    guard finalAt == nil else { return nil }
    return FinalWhen(
      contentIsDestroyed: destroyedAt == nil, mastersAreDestroyed: masters.filter { $0.destroyedAt == nil }.map(\.id))
  }

  /// What an erasure waits for.
  public struct FinalWhen: Sendable, Equatable {
    /// The ciphertext is still to be deleted.
    public let contentIsDestroyed: Bool
    /// Masters that may still exist, here or in a backup of the keys.
    public let mastersAreDestroyed: [String]
  }
}

extension ErasureCertificate {
  static let columns: Query = """
    t.space_id, t.organisation_id, t.register, t.policy_version, t.closes_at, t.seals_at, t.archives_at, t.erases_at,
    t.message_count, t.file_count, t.journal_seq, t.journal_hash, t.erased_at, t.destroyed_at, t.ledger_batch,
    ARRAY(SELECT m.id FROM unnest(t.master_ids) AS m (id) ORDER BY m.id),
    ARRAY(SELECT coalesce(k.destroyed_at, 'infinity') FROM unnest(t.master_ids) AS m (id)
      LEFT JOIN ohjaustila.key_fingerprint k ON k.kind = 'master' AND k.id = m.id ORDER BY m.id),
    ohjaustila.instant_now()
    """

  init(_ row: Row, _ policies: Policies) throws {
    var cells = row.cells
    (space, organisation) = (try cells.next(), try cells.next())
    policy = try policies.policy(register: cells.next(), version: cells.next())
    (closesAt, sealsAt, archivesAt, erasesAt) = try (cells.next(), cells.next(), cells.next(), cells.next())
    (messages, files, journalEntries) = try (cells.next(), cells.next(), cells.next())
    journalHash = try cells.next(as: Bytea.self).bytes
    (erasedAt, destroyedAt) = try (cells.next(), cells.next())
    ledgerBatch = try cells.next(as: ID<ErasureBatch>?.self)?.description
    let (ids, ends) = try (cells.next(as: [String].self), cells.next(as: [Instant].self))
    masters = zip(ids, ends).map { Master(id: $0, destroyedAt: $1.isFinite ? $1 : nil) }
    statedAt = try cells.next()
  }
}
