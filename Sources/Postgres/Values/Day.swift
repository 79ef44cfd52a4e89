/// A civil date as `date` knows it: whole days, or one of the two infinities.
public struct Day: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01; `Int.max` and `Int.min` mean the infinities.
  public let daysSince1970: Int

  /// A date. PostgreSQL stores 4713 BC to AD 5874897 and answers 22008 beyond.
  public init(daysSince1970: Int) {
    self.daysSince1970 = daysSince1970
  }

  /// `'infinity'`, later than every date.
  public static let infinity = Day(daysSince1970: .max)
  /// `'-infinity'`, earlier than every date.
  public static let minusInfinity = Day(daysSince1970: .min)

  /// Earlier is less.
  public static func < (left: Day, right: Day) -> Bool {
    left.daysSince1970 < right.daysSince1970
  }

  /// PostgreSQL counts from 2000-01-01.
  private static let epoch = 10_957
}

extension Day: PostgresEncodable, PostgresDecodable {
  /// `date`.
  public static var postgresType: PostgresType { .date }

  /// Days since 2000, four bytes.
  /// - Throws: ``PostgresValueError`` where the count leaves 32 bits.
  public func encode(into buffer: inout [UInt8]) throws {
    switch self {
    case .infinity: buffer.appendBigEndian(Int32.max)
    case .minusInfinity: buffer.appendBigEndian(Int32.min)
    default:
      let (value, overflow) = daysSince1970.subtractingReportingOverflow(Self.epoch)
      guard !overflow, value < Int(Int32.max), value > Int(Int32.min) else {
        throw PostgresValueError("a day beyond the range of date")
      }
      buffer.appendBigEndian(Int32(value))
    }
  }

  /// From `date`.
  public init(postgresBytes bytes: RawSpan, oid: UInt32) throws {
    guard oid == PostgresType.date.oid else { throw PostgresValueError.type(oid) }
    switch try bytes.wholeBigEndian(Int32.self) {
    case .max: self = .infinity
    case .min: self = .minusInfinity
    case let value: self.init(daysSince1970: Int(value) + Self.epoch)
    }
  }
}
