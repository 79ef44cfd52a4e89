/// One step of the schema: an immutable SQL text with a number.
public struct Migration: Hashable, Sendable {
  /// Its number, from 1 without gaps.
  public let id: Int
  /// What it does, in lower-case words joined by `_`.
  public let name: String
  /// Statements in SQL, run in one transaction. `:"name"` stands for an identifier given by the installation.
  public let sql: String

  /// A migration; ``Migrator`` checks numbers and order.
  public init(id: Int, name: String, sql: String) {
    self.id = id
    self.name = name
    self.sql = sql
  }

  /// The name of its file: `0001_name.sql`.
  public var fileName: String {
    let digits = String(id)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_\(name).sql"
  }
}
