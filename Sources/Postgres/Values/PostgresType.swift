/// The identity of a PostgreSQL type: its object identifier and that of its array type (both fixed for built-in types).
public struct PostgresType: Hashable, Sendable {
  /// `pg_type.oid` of the type.
  public let oid: UInt32
  /// `pg_type.oid` of the array of the type; 0 where there is none (arrays of arrays are not supported).
  public let arrayOID: UInt32

  /// A type by its identifiers, as `SELECT oid, typarray FROM pg_type` gives them.
  public init(oid: UInt32, arrayOID: UInt32) {
    self.oid = oid
    self.arrayOID = arrayOID
  }
}

extension PostgresType {
  /// `boolean`.
  public static let bool = PostgresType(oid: 16, arrayOID: 1000)
  /// `bytea`.
  public static let bytea = PostgresType(oid: 17, arrayOID: 1001)
  /// `bigint`.
  public static let int8 = PostgresType(oid: 20, arrayOID: 1016)
  /// `smallint`.
  public static let int2 = PostgresType(oid: 21, arrayOID: 1005)
  /// `integer`.
  public static let int4 = PostgresType(oid: 23, arrayOID: 1007)
  /// `text`.
  public static let text = PostgresType(oid: 25, arrayOID: 1009)
  /// `double precision`.
  public static let float8 = PostgresType(oid: 701, arrayOID: 1022)
  /// `date`.
  public static let date = PostgresType(oid: 1082, arrayOID: 1182)
  /// `timestamp with time zone`.
  public static let timestamptz = PostgresType(oid: 1184, arrayOID: 1185)
  /// `uuid`.
  public static let uuid = PostgresType(oid: 2950, arrayOID: 2951)

  /// Types whose binary form is the same as `text`, beside `text` itself: name, bpchar, varchar.
  static let textLike: Set<UInt32> = [19, 25, 1042, 1043]
  /// `real`, decoded into `Double`.
  static let float4OID: UInt32 = 700
}
