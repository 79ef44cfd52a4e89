extension CivilZone {
  /// The zone of a compiled TZif file (RFC 9636; version 1 or later), its POSIX rule carried on through 2200.
  public init(name: String, tzif bytes: [UInt8]) throws(ZoneError) {
    var reader = TZifReader(bytes: bytes)
    let first = try reader.header()
    guard first.version > 0 else {
      let block = try reader.block(first, wide: false)
      self.init(name: name, initialOffset: block.initialOffset, changes: block.changes)
      return
    }
    try reader.skip(first.length(timeSize: 4))
    let block = try reader.block(try reader.header(), wide: true)
    let rule = try reader.footer()
    let known = block.changes.last?.at ?? -70 * 366 * 86_400
    let firstYear = CivilDate(daysSince1970: Int(known.flooredDivision(by: 86_400).quotient)).year
    let years = firstYear...max(firstYear, CivilZone.lastYear)
    let coming = rule.map { rule in years.flatMap { rule.changes(in: $0) } } ?? []
    let changes = block.changes + coming.sorted { $0.at < $1.at }.filter { $0.at > known }
    self.init(name: name, initialOffset: block.initialOffset, changes: changes)
  }
}

/// Reads the blocks of a TZif file in order, and nothing beyond the bytes it was given.
private struct TZifReader {
  let bytes: [UInt8]
  var position = 0

  struct Header {
    let version: UInt8
    let universalMarks, standardMarks, leapSeconds, times, types, characters: Int

    func length(timeSize: Int) -> Int {
      times * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardMarks + universalMarks
    }
  }

  mutating func skip(_ count: Int) throws(ZoneError) {
    guard bytes.count - position >= count else { throw .truncated }
    position += count
  }

  mutating func integer(bytes count: Int) throws(ZoneError) -> Int64 {
    let start = position
    try skip(count)
    let value = bytes[start..<position].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return count == 8 ? Int64(bitPattern: value) : Int64(Int32(truncatingIfNeeded: value))
  }

  mutating func count() throws(ZoneError) -> Int {
    let value = Int(try integer(bytes: 4))
    guard (0...1_000_000).contains(value) else { throw .inconsistent }
    return value
  }

  mutating func header() throws(ZoneError) -> Header {
    guard bytes[position...].starts(with: Array("TZif".utf8)) else { throw .notTZif }
    try skip(4)
    let version = UInt8(truncatingIfNeeded: try integer(bytes: 1))
    try skip(15)
    return Header(
      version: version, universalMarks: try count(), standardMarks: try count(), leapSeconds: try count(),
      times: try count(), types: try count(), characters: try count())
  }

  mutating func block(
    _ header: Header, wide: Bool
  ) throws(ZoneError) -> (initialOffset: Int, changes: [(at: Int64, offset: Int)]) {
    guard header.leapSeconds == 0 else { throw .leapSeconds }
    guard header.types > 0 else { throw .inconsistent }
    var times: [Int64] = []
    for _ in 0..<header.times { times.append(try integer(bytes: wide ? 8 : 4)) }
    var kinds: [Int] = []
    for _ in 0..<header.times { kinds.append(Int(UInt8(truncatingIfNeeded: try integer(bytes: 1)))) }
    var offsets: [Int] = []
    for _ in 0..<header.types {
      offsets.append(Int(try integer(bytes: 4)))
      try skip(2)
    }
    try skip(header.characters + header.standardMarks + header.universalMarks)
    let ascending = zip(times, times.dropFirst()).allSatisfy { $0 < $1 }
    let bounded = times.allSatisfy { $0 < 1 << 40 } && offsets.allSatisfy { abs($0) < 26 * 3600 }
    guard ascending, bounded, kinds.allSatisfy({ $0 < offsets.count }) else { throw .inconsistent }
    // Some files begin with the Big Bang; microseconds do not reach so far.
    return (offsets[0], zip(times, kinds).map { (max($0, -1 << 40), offsets[$1]) })
  }

  /// The rule between the two newlines at the end; nil when it is empty.
  mutating func footer() throws(ZoneError) -> PosixRule? {
    guard position < bytes.count, bytes[position] == 0x0A,
      let end = bytes[(position + 1)...].firstIndex(of: 0x0A)
    else { throw .truncated }
    let text = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    return text.isEmpty ? nil : try PosixRule(text)
  }
}
