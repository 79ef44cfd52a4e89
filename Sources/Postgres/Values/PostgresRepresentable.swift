/// A type of one's own that travels as another: a typed identifier as its UUID, an enumeration as its text.
///
/// Binding, decoding, NULL (as an Optional) and arrays follow from the two requirements.
public protocol PostgresRepresentable: PostgresEncodable, PostgresDecodable {
  /// The value that travels.
  associatedtype PostgresValue: PostgresEncodable & PostgresDecodable
  /// The value to send.
  var postgresValue: PostgresValue { get }
  /// The value received.
  /// - Throws: anything; it is reported with the column's name. ``PostgresValueError`` keeps its reason.
  init(postgresValue: PostgresValue) throws
}

extension PostgresRepresentable {
  /// The type of the value that travels.
  public static var postgresType: PostgresType { PostgresValue.postgresType }

  /// Encodes the value that travels.
  public func encode(into buffer: inout [UInt8]) throws {
    try postgresValue.encode(into: &buffer)
  }

  /// Decodes the value that travels.
  @inlinable
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    try self.init(postgresValue: PostgresValue(postgresBytes: bytes, oid: oid))
  }
}

extension PostgresRepresentable where Self: RawRepresentable, RawValue == PostgresValue {
  /// The raw value.
  public var postgresValue: RawValue { rawValue }

  /// The case of a raw value.
  /// - Throws: ``PostgresValueError`` for a raw value without a case.
  @inlinable
  public init(postgresValue: RawValue) throws {
    guard let value = Self(rawValue: postgresValue) else {
      throw PostgresValueError("no case of \(Self.self) has the stored raw value")
    }
    self = value
  }
}
