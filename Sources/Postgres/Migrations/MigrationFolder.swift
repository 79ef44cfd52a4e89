public import Foundation

extension Migration {
  /// Reads every migration of a folder, in order.
  /// - Parameter folder: holds `0001_name.sql`, `0002_other.sql`, … and nothing else, hidden files aside.
  /// - Throws: ``MigrationError/fileName(_:)``, ``MigrationError/duplicate(id:)``, ``MigrationError/gap(missing:)``,
  ///   ``MigrationError/unreadable(file:)``.
  public static func load(from folder: URL) throws -> [Migration] {
    let path = folder.path(percentEncoded: false)
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw MigrationError.unreadable(file: path)
    }
    let migrations = try names.filter { !$0.hasPrefix(".") }.map { name in
      guard let (id, title) = parse(name) else { throw MigrationError.fileName(name) }
      guard let data = FileManager.default.contents(atPath: folder.appending(path: name).path(percentEncoded: false)),
        let sql = String(validating: data, as: UTF8.self)
      else { throw MigrationError.unreadable(file: name) }
      return Migration(id: id, name: title, sql: sql)
    }
    return try checked(migrations.sorted { $0.id < $1.id })
  }

  /// The migrations, if they are numbered 1, 2, 3, …
  static func checked(_ migrations: [Migration]) throws -> [Migration] {
    var expected = 1
    for migration in migrations {
      guard migration.id != expected - 1 else { throw MigrationError.duplicate(id: migration.id) }
      guard migration.id == expected else { throw MigrationError.gap(missing: expected) }
      expected += 1
    }
    return migrations
  }

  /// `0001_some_name.sql` → (1, "some_name").
  private static func parse(_ name: String) -> (Int, String)? {
    guard let match = name.wholeMatch(of: /([0-9]{4})_([a-z0-9]+(?:_[a-z0-9]+)*)\.sql/), let id = Int(match.1) else {
      return nil
    }
    return (id, String(match.2))
  }
}
