public import Lifecycle

/// A place where the ledger's chain does not hold.
public struct LedgerBreak: Sendable, Equatable, CustomStringConvertible {
  let file: String
  let after: Int
  let reason: Reason

  enum Reason: Equatable {
    case unreadable
    case doesNotFollow
  }

  /// Which file, and behind which entry.
  public var description: String {
    switch reason {
    case .unreadable: "\(file): what stands behind entry \(after) is no entry"
    case .doesNotFollow: "\(file): what stands behind entry \(after) does not follow it"
    }
  }
}

/// Why nothing is erased with this ledger, and for some of them why the service does not even start.
public enum LedgerTrouble: Error, Sendable, Equatable {
  /// The database knows a ledger, and here is none.
  case lost(ledger: String, folder: String)
  /// Here is another ledger than the database knows.
  case other(found: String, known: String, folder: String)
  /// The database knows none yet, and the one here belongs to an installation with other keys.
  case foreign(folder: String)
  /// Entries are missing that the database has seen.
  case shorter(entries: Int, seen: Int, folder: String)
  /// An entry that the database has seen says something else here.
  case differs(entry: Int, folder: String)
  /// The chain is broken.
  case broken(LedgerBreak)
  /// The files can't be read or written.
  case unusable(LedgerFileError)
  /// An entry is of a time that is still to come: another clock wrote it, or this one is wrong.
  case early(entryAt: Instant, folder: String)
  /// Another process has it and does not give it back.
  case busy(folder: String)
  /// This database has written it, and another has since, from that entry on.
  case superseded(database: String, by: String, entry: Int, at: Instant, folder: String)
  /// A database of this one's very name has written what this one has not seen: its files were copied.
  case forked(database: String, seen: Int, folder: String)

  /// So many spaces and customers are here that the files to adopt call erased, and another database may have written that.
  case anothers(spaces: Int, customers: Int, folder: String)

  /// Its name where there is no room for a sentence.
  public var code: String {
    switch self {
    case .lost: "lost"
    case .other: "other"
    case .foreign: "foreign"
    case .shorter: "shorter"
    case .differs: "differs"
    case .broken: "broken"
    case .unusable: "unusable"
    case .early: "early"
    case .busy: "busy"
    case .superseded: "superseded"
    case .forked: "forked"
    case .anothers: "anothers"
    }
  }

  /// Whether erasures in the database can still be compared with it, so that the service may start without erasing.
  var isComparable: Bool {
    switch self {
    case .shorter, .differs, .broken: true
    case .lost, .other, .foreign, .unusable, .early, .busy, .superseded, .forked, .anothers: false
    }
  }
}

extension LedgerTrouble: CustomStringConvertible {
  private static let adopt = "or have a new one written from what is known: ohjaustila ledger adopt"

  private static let claim =
    "If this is the one to go on with, say so: ohjaustila ledger claim; if it is a copy, give it a ledger of its own "
    + "(--ledger)"

  /// What is wrong with how a database stands to its ledger; nil when nothing is.
  init?(_ standing: LedgerStanding, of me: DatabaseIncarnation, _ row: LedgerRow, in folder: String) {
    switch standing {
    case .continues, .takesOver: return nil
    case .superseded(let by):
      self = .superseded(
        database: "\(me)", by: "\(by.incarnation)", entry: by.number, at: by.at, folder: folder)
    case .forked: self = .forked(database: "\(me)", seen: row.number, folder: folder)
    }
  }

  /// One sentence that says what is wrong and what helps.
  public var description: String {
    switch self {
    case .lost(let ledger, let folder):
      "the erasure ledger \(ledger), in which this database's erasures are written down, is not in \(folder): bring it "
        + "back (--ledger says where it is), \(Self.adopt)"
    case .other(let found, let known, let folder):
      "the erasure ledger in \(folder) is \(found), and this database's is \(known): bring the right one, \(Self.adopt)"
    case .foreign(let folder):
      "the erasure ledger in \(folder) belongs to an installation with other keys: say with --ledger where this "
        + "installation's is to be, or move that one away"
    case .shorter(let entries, let seen, let folder):
      "the erasure ledger in \(folder) ends with entry \(entries), and the database has seen \(seen): bring the whole "
        + "one, \(Self.adopt)"
    case .differs(let entry, let folder):
      "the database has seen another entry \(entry) than the erasure ledger in \(folder) has: bring the right one, "
        + Self.adopt
    case .broken(let found): "the erasure ledger's chain is broken: \(found); bring a whole one, \(Self.adopt)"
    case .unusable(let error): "the erasure ledger can't be used: \(error)"
    case .early(let at, let folder):
      "the erasure ledger in \(folder) has an entry of \(at), which is still to come: a copy of the database with another "
        + "clock wrote it, and what that erased would be erased here; bring the ledger as it was before, or set this "
        + "machine's clock right"
    case .superseded(let database, let other, let entry, let at, let folder):
      "another database writes the erasure ledger in \(folder): this one is \(database), and since entry \(entry) of \(at) "
        + "it is \(other). Nothing is erased here, least of all what that one has erased. \(Self.claim)"
    case .forked(let database, let seen, let folder):
      "the erasure ledger in \(folder) was written by a database of the same name as this one, \(database), beyond entry "
        + "\(seen), which is the last that this one has seen: the files of one were copied, and the other one was used. "
        + "Nothing is erased here. \(Self.claim)"
    case .anothers(let spaces, let customers, let folder):
      "the ledgers in \(folder) call \(spaces) spaces and \(customers) customers of others erased that this database has, "
        + "and another database may have written that: a copy that was tried out. Move its files away and adopt again; if "
        + "this database stands in for the one that wrote them, and they are to be erased here, too: ohjaustila ledger "
        + "adopt --anothers"
    case .busy(let folder): "another process has the erasure ledger in \(folder) and does not give it back"
    }
  }
}
