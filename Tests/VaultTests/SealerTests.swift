import Foundation
import Testing
import Vault

@Suite struct SealerTests {
  private let key = DataKey.random(for: .space(Fixtures.space))
  private var sealer: Sealer { Sealer(key) }

  @Test(arguments: [0, 1, 13, 14, 15, 255, 4096, Sealer.chunkSize, 1_000_003])
  func opensWhatItSealed(length: Int) throws {
    let plain = SecureRandom.bytes(length)
    let sealed = sealer.seal(plain, at: Fixtures.place)
    #expect(sealed.count == length + Sealer.overhead)
    #expect(try sealer.open(sealed, at: Fixtures.place) == plain)
    let copied = try sealed.withUnsafeBytes { Array(try sealer.openData($0, at: Fixtures.place)) }
    #expect(copied == plain)
    #expect(length < 16 || sealed.firstRange(of: plain) == nil)
  }

  @Test func textComesBack() throws {
    for text in ["", "Hei", "Öljyä 😀 \u{0} مرحبا"] {
      #expect(try sealer.openText(sealer.seal(text: text, at: Fixtures.place), at: Fixtures.place) == text)
    }
    let notText = sealer.seal([0xFF, 0xFE], at: Fixtures.place)
    #expect(throws: OpenError.notText) { try sealer.openText(notText, at: Fixtures.place) }
  }

  @Test(arguments: [
    SealPlace(table: "feedback", column: "text", row: Fixtures.row),
    SealPlace(table: "message", column: "title", row: Fixtures.row),
    SealPlace(table: "messagetext", column: "", row: Fixtures.row),
    SealPlace(table: "message", column: "text", row: Fixtures.space),
    SealPlace(table: "message", column: "text", row: Fixtures.row, chunk: 1),
  ])
  func doesNotOpenInAnotherPlace(place: SealPlace) {
    let sealed = sealer.seal(text: "salaisuus", at: Fixtures.place)
    #expect(throws: OpenError.notAuthentic) { try sealer.open(sealed, at: place) }
    #expect(throws: Never.self) { try sealer.open(sealed, at: Fixtures.place) }
  }

  /// The key's bytes alone are not enough: its name and owner are bound as well.
  @Test func doesNotOpenForAnotherOwnerOrKeyName() throws {
    let ring = Fixtures.ring([Fixtures.master("a", 1)])
    let sealed = sealer.seal(text: "salaisuus", at: Fixtures.place)
    let wrapped = ring.wrap(key)
    #expect(throws: Never.self) {
      try Sealer(ring.unwrap(wrapped, of: .space(Fixtures.space))).open(sealed, at: Fixtures.place)
    }
    for owner in [KeyOwner.space(Fixtures.row), .person(Fixtures.space), .notice(Fixtures.space)] {
      #expect(throws: UnwrapError.notAuthentic) { try ring.unwrap(wrapped, of: owner) }
    }
    #expect(throws: OpenError.notAuthentic) {
      try Sealer(.random(for: .space(Fixtures.space))).open(sealed, at: Fixtures.place)
    }
  }

  @Test func noBitMayChangeAndNoByteMayGo() {
    let sealed = sealer.seal(text: "salaisuus", at: Fixtures.place)
    for index in sealed.indices {
      for bit in 0..<8 {
        var changed = sealed
        changed[index] ^= 1 << UInt8(bit)
        #expect(throws: index == 0 ? .unknownFormat(changed[0]) : OpenError.notAuthentic) {
          try sealer.open(changed, at: Fixtures.place)
        }
      }
    }
    for length in sealed.indices {
      #expect(throws: length < Sealer.overhead ? OpenError.tooShort : .notAuthentic) {
        try sealer.open(Array(sealed[..<length]), at: Fixtures.place)
      }
    }
    #expect(throws: OpenError.notAuthentic) { try sealer.open(sealed + [0], at: Fixtures.place) }
  }

  @Test func chunksCannotBeSwappedOrTakenFromAnotherUpload() throws {
    let upload = Fixtures.row
    let other = Fixtures.space
    let place = { (chunk: UInt64) in SealPlace(table: "file_chunk", column: "data", row: upload, chunk: chunk) }
    let chunks = (0..<3).map { sealer.forUpload(upload).seal([UInt8($0)], at: place(UInt64($0))) }
    for sealed in 0..<3 {
      for opened in 0..<3 {
        let result = try? sealer.forUpload(upload).open(chunks[sealed], at: place(UInt64(opened)))
        #expect((result == [UInt8(sealed)]) == (sealed == opened))
      }
    }
    #expect(throws: OpenError.notAuthentic) { try sealer.forUpload(other).open(chunks[0], at: place(0)) }
    #expect(throws: OpenError.notAuthentic) { try sealer.open(chunks[0], at: place(0)) }
  }

  @Test func noncesNeverRepeat() {
    let nonces = (0..<20_000).map { _ in Array(sealer.seal([], at: Fixtures.place)[1..<13]) }
    #expect(Set(nonces).count == nonces.count)
  }

  @Test func nothingPrintsAKey() {
    let ring = Fixtures.ring([Fixtures.master("abc", 0x41)])
    let code = InvitationCode.random()
    for value in [key, sealer, Fixtures.master("abc", 0x41), ring, ring.blindIndex, code] as [any SecretHolding] {
      var dumped = ""
      dump(value, to: &dumped)
      for text in ["\(value)", String(reflecting: value), dumped] {
        #expect(text.contains("<") && text.count < 80 && !text.contains("SymmetricKey"), "\(text)")
        #expect(!text.contains(code.canonical) && !text.contains("AAAA") && !text.contains("65, 65"))
      }
    }
  }
}
