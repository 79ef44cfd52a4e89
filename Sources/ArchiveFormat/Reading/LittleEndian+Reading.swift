extension [UInt8] {
  /// The number in ZIP's byte order at `offset`, which must be there with all of its bytes.
  func littleEndian<Number: FixedWidthInteger & UnsignedInteger>(_ offset: Int, as type: Number.Type) -> Number {
    self[offset..<(offset + Number.bitWidth / 8)].reversed().reduce(0) { $0 << 8 | Number($1) }
  }
}

extension CivilTime {
  /// What a ZIP header's time and date say (APPNOTE.TXT 4.4.6). What no clock shows is brought within bounds, and is then
  /// another time than the header's.
  init(dosTime time: UInt16, date: UInt16) {
    self.init(
      year: 1980 + Int(date >> 9), month: Int(date >> 5 & 15), day: Int(date & 31), hour: Int(time >> 11),
      minute: Int(time >> 5 & 63), second: Int(time & 31) * 2)
  }
}
