import Crypto
import Lifecycle
import Testing

@testable import Guidance

/// The ledger's text, checked by other code than the one that writes it.
@Suite struct LedgerLineTests {
  private static let entries: [LedgerEntry] = [
    .opened(ID.make(), installation: "0001ab"), .intent(ID.make(), [ID.make(), ID.make()]), .done(ID.make()),
    .dropped(ID.make()), .adopted([ID.make()]),
  ]

  private static func chain(_ entries: [LedgerEntry]) -> [[UInt8]] {
    var previous = [UInt8](repeating: 0, count: 32)
    return entries.enumerated().map { index, entry in
      let line = entry.line(index + 1, at: Instant(microseconds: 1_800_000_000_000_000), after: previous)
      previous = line.hash
      return line.bytes
    }
  }

  @Test func aLineIsAHashAndWhatItCovers() throws {
    let first = String(decoding: Self.chain(Self.entries)[0], as: UTF8.self)
    let space = try #require(first.firstIndex(of: " "))
    let covered = first[first.index(after: space)...].dropLast()
    #expect(covered.hasPrefix("1 2027-01-15T08:00:00Z opened ") && covered.hasSuffix(" 0001ab"))
    let hash = SHA256.hash(data: [UInt8](repeating: 0, count: 32) + Array(covered.utf8))
    #expect(first.hasPrefix(hash.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + " "))
    #expect(first.hasSuffix("\n") && first.utf8.count { $0 == 10 } == 1)
  }

  @Test func whatIsWrittenIsRead() throws {
    let batch = ID<ErasureBatch>.make()
    let spaces: [ID<Space>] = [ID.make(), ID.make()]
    let before: [ID<Space>] = [ID.make()]
    var reader = LedgerReader(gatheringBehind: 1)
    let open = ID<ErasureBatch>.make()
    for line in Self.chain([
      .opened(ID.make(), installation: "x"), .adopted(before), .intent(batch, spaces), .intent(open, before),
      .done(batch),
    ]) {
      #expect(reader.isNext(line.dropLast()))
      reader.read(line.dropLast(), in: "file")
    }
    #expect(reader.firstBreak == nil && reader.number == 5 && reader.committed == 3)
    #expect(reader.erased.map(\.ids) == [before, spaces] && Array(reader.open.keys) == [open])
    #expect(reader.erased.map(\.count) == [1, 2])
  }

  /// Whatever byte is changed, the break is found, and where.
  @Test func noByteCanBeChanged() {
    let lines = Self.chain(Self.entries)
    for index in lines[1].indices.dropLast() {
      var changed = lines
      changed[1][index] ^= 1
      var reader = LedgerReader(gatheringBehind: 0)
      for line in changed { reader.read(line.dropLast(), in: "file") }
      #expect(reader.firstBreak != nil, "byte \(index)")
    }
    for missing in lines.indices.dropLast() {
      var reader = LedgerReader(gatheringBehind: 0)
      for (index, line) in lines.enumerated() where index != missing { reader.read(line.dropLast(), in: "file") }
      #expect(reader.firstBreak == LedgerBreak(file: "file", after: missing, reason: .doesNotFollow))
    }
  }

  @Test(arguments: ["", " ", "x 1 y done z", "00 1 2027-01-15T08:00:00Z done z", "\u{0}\u{0}"])
  func otherTextsAreNoEntries(_ text: String) {
    #expect(LedgerLine(Array(text.utf8)[...]) == nil)
  }
}
