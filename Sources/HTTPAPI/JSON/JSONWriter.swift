/// Writes JSON as bytes, members in the order given.
///
/// Every answer of the service is written with it: no reflection, no key sorting, no intermediate tree. The caller
/// opens objects and arrays with closures, so that brackets always match; commas are its own business.
///
///     var json = JSONWriter()
///     json.object { json in
///       json.member("id", id)
///       json.array("items") { json in for item in items { json.write(item) } }
///     }
public struct JSONWriter: Sendable {
  /// What has been written so far.
  public internal(set) var bytes: [UInt8] = []

  /// Whether the next value follows another in the same object or array.
  private var followsValue = false

  /// An empty writer with room for `capacity` bytes.
  public init(capacity: Int = 512) {
    bytes.reserveCapacity(capacity)
  }

  /// Writes an object as a value.
  public mutating func object<E: Error>(_ members: (inout JSONWriter) throws(E) -> Void) throws(E) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    followsValue = false
    try members(&self)
    bytes.append(UInt8(ascii: "}"))
    followsValue = true
  }

  /// Writes an array as a value.
  public mutating func array<E: Error>(_ elements: (inout JSONWriter) throws(E) -> Void) throws(E) {
    separate()
    bytes.append(UInt8(ascii: "["))
    followsValue = false
    try elements(&self)
    bytes.append(UInt8(ascii: "]"))
    followsValue = true
  }

  /// Writes a member's name; exactly one value must follow.
  public mutating func name(_ name: String) {
    separate()
    JSONText.append(name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    followsValue = false
  }

  /// Writes a string.
  public mutating func write(_ value: String) {
    separate()
    JSONText.append(value, to: &bytes)
    followsValue = true
  }

  /// Writes a whole number.
  public mutating func write(_ value: Int64) {
    separate()
    JSONText.append(value, to: &bytes)
    followsValue = true
  }

  /// Writes a whole number.
  public mutating func write(_ value: Int) {
    write(Int64(value))
  }

  /// Writes `true` or `false`.
  public mutating func write(_ value: Bool) {
    raw(value ? "true" : "false")
  }

  /// Writes `null`.
  public mutating func writeNull() {
    raw("null")
  }

  /// Writes an instant as an RFC 3339 string in UTC; fractions only when there are any. An instant outside the years
  /// 1 to 9999 (the infinities, for one) has no such string and is written as `null`.
  public mutating func write(microseconds: Int64) {
    guard JSONText.writableInstants.contains(microseconds) else { return writeNull() }
    separate()
    JSONText.append(microseconds: microseconds, to: &bytes)
    followsValue = true
  }

  /// Writes a day as `"YYYY-MM-DD"`.
  public mutating func write(year: Int, month: Int, day: Int) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    JSONText.append(year: year, month: month, day: day, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    followsValue = true
  }

  /// Writes text that already is one JSON value.
  public mutating func raw(_ json: StaticString) {
    separate()
    bytes.append(contentsOf: UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount))
    followsValue = true
  }

  private mutating func separate() {
    if followsValue { bytes.append(UInt8(ascii: ",")) }
  }
}
