public import Postgres

/// The languages of spaces, notices and archives.
public enum Language: String, Sendable, CaseIterable, PostgresRepresentable {
  case finnish = "fi"
  case swedish = "sv"
  case english = "en"

  /// The two-letter code.
  public var postgresValue: String { rawValue }

  /// The language of a code.
  /// - Throws: `UnknownCode`.
  public init(postgresValue: String) throws {
    guard let language = Self(rawValue: postgresValue) else { throw UnknownCode(type: "language", code: postgresValue) }
    self = language
  }
}
