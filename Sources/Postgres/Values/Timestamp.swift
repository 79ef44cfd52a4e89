/// An instant as `timestamptz` knows it: whole microseconds, or one of the two infinities.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z; `Int64.max` and `Int64.min` mean the infinities.
  public let microseconds: Int64

  /// An instant. PostgreSQL stores 4713 BC to AD 294246 of what fits here and answers 22008 beyond.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// `'infinity'`, later than every instant.
  public static let infinity = Timestamp(microseconds: .max)
  /// `'-infinity'`, earlier than every instant.
  public static let minusInfinity = Timestamp(microseconds: .min)

  /// Whether the instant is neither infinity.
  public var isFinite: Bool { self != .infinity && self != .minusInfinity }

  /// Earlier is less.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  /// PostgreSQL counts from 2000-01-01T00:00:00Z.
  private static let epoch: Int64 = 946_684_800_000_000
}

extension Timestamp: PostgresEncodable, PostgresDecodable {
  /// `timestamptz`.
  public static var postgresType: PostgresType { .timestamptz }

  /// Microseconds since 2000, eight bytes.
  /// - Throws: ``PostgresValueError`` before 290,278 BC, where the count leaves 64 bits.
  public func encode(into buffer: inout [UInt8]) throws {
    guard isFinite else { return buffer.appendBigEndian(microseconds) }
    let (value, overflow) = microseconds.subtractingReportingOverflow(Self.epoch)
    guard !overflow, value != .min else { throw PostgresValueError("an instant beyond the range of timestamptz") }
    buffer.appendBigEndian(value)
  }

  /// From `timestamptz`.
  /// - Throws: ``PostgresValueError`` after AD 294246, where the count leaves 64 bits.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    guard oid == PostgresType.timestamptz.oid else { throw PostgresValueError.type(oid) }
    let value = try bytes.wholeBigEndian(Int64.self)
    let isInfinite = value == .max || value == .min
    let (sum, overflow) = value.addingReportingOverflow(isInfinite ? 0 : Self.epoch)
    guard !overflow, isInfinite || sum != .max else {
      throw PostgresValueError("an instant beyond the range of Timestamp")
    }
    self.init(microseconds: sum)
  }
}
