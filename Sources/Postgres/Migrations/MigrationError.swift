/// Why a schema cannot be brought, or is not, up to date.
public enum MigrationError: Error, Sendable {
  /// A file or folder cannot be read, or is not UTF-8.
  case unreadable(file: String)
  /// A file is not named `0001_name.sql`.
  case fileName(String)
  /// Two migrations have one number.
  case duplicate(id: Int)
  /// The numbers are not 1, 2, 3, …
  case gap(missing: Int)
  /// The text uses `:"variable"`, for which no value was given.
  case unknownVariable(file: String, line: Int, name: String)
  /// An applied migration has another text or name than the file.
  case changed(file: String)
  /// An applied migration has no file, though later ones have, or was never applied, though later ones were.
  case missing(id: Int)
  /// The database has a migration that is newer than the files: an older program must not touch it.
  case unknownSchema(id: Int, name: String)
  /// Migrations wait to be applied.
  case pending([String])
  /// PostgreSQL refused a migration, which is rolled back.
  case failed(file: String, line: Int?, error: ServerError)
  /// A migration ended its own transaction (COMMIT, ROLLBACK).
  case endedTransaction(file: String)
}

extension MigrationError: CustomStringConvertible {
  /// What is wrong and where.
  public var description: String {
    switch self {
    case .unreadable(let file): "cannot read \(file)"
    case .fileName(let name): "\(name) is not named like 0001_name.sql"
    case .duplicate(let id): "two migrations have the number \(id)"
    case .gap(let missing): "migration \(missing) is missing"
    case .unknownVariable(let file, let line, let name): "\(file):\(line): no value for :\"\(name)\""
    case .changed(let file): "\(file) was changed after it was applied"
    case .missing(let id): "migration \(id) is missing, though later ones are applied"
    case .unknownSchema(let id, let name):
      "unknown schema: the database has migration \(id) (\(name)), newer than this program"
    case .pending(let files): "migrations wait to be applied: \(files.joined(separator: ", "))"
    case .failed(let file, let line, let error): "\(file)\(line.map { ":\($0)" } ?? ""): \(error)"
    case .endedTransaction(let file): "\(file) ends its own transaction"
    }
  }
}
