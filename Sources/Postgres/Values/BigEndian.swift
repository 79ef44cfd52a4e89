extension [UInt8] {
  /// Appends an integer in network byte order.
  mutating func appendBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
  }

  /// Overwrites four bytes at an offset that were appended before.
  mutating func patchBigEndian(_ value: Int32, at offset: Int) {
    Swift.withUnsafeBytes(of: value.bigEndian) { bytes in
      for (index, byte) in bytes.enumerated() { self[offset + index] = byte }
    }
  }
}

extension RawSpan {
  /// An integer in network byte order that fills the whole span.
  func wholeBigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws -> Value {
    guard byteCount == MemoryLayout<Value>.size else { throw PostgresValueError.length(byteCount) }
    return try bigEndian(Value.self, at: 0)
  }

  /// An integer in network byte order at an offset.
  func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) throws -> Value {
    guard offset >= 0, byteCount - offset >= MemoryLayout<Value>.size else {
      throw PostgresValueError.length(byteCount)
    }
    return Value(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  /// A copy of the bytes.
  var copy: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
