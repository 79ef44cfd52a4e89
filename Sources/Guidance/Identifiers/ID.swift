public import Foundation
public import Postgres

/// An identifier that says what it identifies: an `ID<Space>` can't be handed in where an `ID<Organisation>` is asked for.
///
/// The value is a UUID of version 7 when made here. Its time part helps the database's indexes and means nothing: nothing
/// is ordered by an identifier.
public struct ID<Subject>: Hashable, Sendable {
  /// The identifier as such.
  public let uuid: UUID

  /// Takes an identifier that already exists.
  public init(_ uuid: UUID) {
    self.uuid = uuid
  }

  /// Reads the 36-character form, in either case; nil when it is anything else.
  public init?(_ text: some StringProtocol) {
    guard let uuid = UUID(text: text) else { return nil }
    self.uuid = uuid
  }

  /// A new identifier.
  public static func make() -> Self {
    Self(UUID.version7(milliseconds: UInt64(Date().timeIntervalSince1970 * 1000)))
  }

  /// The same identifier read as another subject's, where one thing is known under two roles.
  public func of<Other>(_ other: Other.Type) -> ID<Other> {
    ID<Other>(uuid)
  }
}

extension ID: CustomStringConvertible {
  /// The lower-case 36-character form.
  public var description: String { uuid.text }
}

extension ID: PostgresRepresentable {
  /// The UUID that travels.
  public var postgresValue: UUID { uuid }

  /// An identifier from the database.
  public init(postgresValue: UUID) {
    self.init(postgresValue)
  }
}
