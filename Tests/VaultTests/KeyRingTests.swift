import Foundation
import Testing
import Vault

@Suite struct KeyRingTests {
  private let old = Fixtures.master("old", 1)
  private let new = Fixtures.master("new", 2)
  private let owner = KeyOwner.person(Fixtures.space)

  @Test func rotationKeepsWhatWasSealed() throws {
    let key = DataKey.random(for: owner)
    let sealed = Sealer(key).seal(text: "Hei", at: Fixtures.place)
    let before = Fixtures.ring([old])
    let during = Fixtures.ring([new, old])
    let after = Fixtures.ring([new])
    let wrapped = before.wrap(key)
    #expect(wrapped.masterID == old.id && wrapped.keyID == key.id)

    let rewrapped = try #require(try during.rewrap(wrapped, of: owner))
    #expect(rewrapped.masterID == new.id && rewrapped.keyID == key.id)
    #expect(try during.rewrap(rewrapped, of: owner) == nil)
    #expect(try Sealer(after.unwrap(rewrapped, of: owner)).openText(sealed, at: Fixtures.place) == "Hei")
    // The retired master is gone: what only it wrapped is erased for good.
    #expect(throws: UnwrapError.unknownMaster(old.id)) { try after.unwrap(wrapped, of: owner) }
  }

  @Test func anotherMasterOfTheSameNameDoesNotOpen() {
    let wrapped = Fixtures.ring([old]).wrap(.random(for: owner))
    let impostor = Fixtures.ring([Fixtures.master("old", 3)])
    #expect(throws: UnwrapError.notAuthentic) { try impostor.unwrap(wrapped, of: owner) }
  }

  @Test func storedBytesReadBackAndNoBitMayChange() throws {
    let ring = Fixtures.ring([old])
    let wrapped = ring.wrap(.random(for: owner))
    #expect(try WrappedKey(bytes: wrapped.bytes) == wrapped)
    #expect(ring.wrap(.random(for: owner)).bytes.count == 18 + 3 + 60)
    for index in wrapped.bytes.indices {
      var changed = wrapped.bytes
      changed[index] ^= 1
      #expect(throws: UnwrapError.self) { try ring.unwrap(WrappedKey(bytes: changed), of: owner) }
    }
    for length in wrapped.bytes.indices {
      #expect(throws: UnwrapError.malformed) { try WrappedKey(bytes: Array(wrapped.bytes[..<length])) }
    }
  }

  @Test func impossibleRingsAreRefused() throws {
    let index = try #require(BlindIndex(keys: [1: Fixtures.symmetric(9)]))
    #expect(KeyRing(masters: [old], current: new.id, blindIndex: index) == nil)
    #expect(KeyRing(masters: [old, Fixtures.master("old", 3)], current: old.id, blindIndex: index) == nil)
    #expect(BlindIndex(keys: [:]) == nil)
    #expect(BlindIndex(keys: [0: Fixtures.symmetric(9)]) == nil)
    #expect(["", "A", "a-b", "ä", String(repeating: "a", count: 33)].allSatisfy { MasterKeyID($0) == nil })
  }

  @Test func keysComeFromTheEnvironment() throws {
    let one = Data(repeating: 1, count: 32).base64EncodedString()
    let two = Data(repeating: 2, count: 32).base64EncodedString()
    let ring = try #require(
      try KeyRing.environment([
        "OHJAUSTILA_MASTER_KEYS": "new:\(two), old:\(one)\n", "OHJAUSTILA_INDEX_KEYS": "1:\(one),2:\(two)",
      ]))
    #expect(ring.currentMaster == new.id)
    #expect(ring.masterIDs == [new.id, old.id])
    #expect(ring.blindIndex.currentVersion == 2)
    let wrapped = Fixtures.ring([old]).wrap(.random(for: owner))
    #expect(throws: Never.self) { try ring.unwrap(wrapped, of: owner) }
    #expect(try KeyRing.environment(["PATH": "/bin"]) == nil)
  }

  @Test(arguments: [
    ("", "1:KEY", KeyTextError.empty), ("a:KEY", " ", .empty), ("a:KEY,b", "1:KEY", .malformed(item: 1)),
    ("A:KEY", "1:KEY", .malformed(item: 0)), ("a:AAAA", "1:KEY", .malformed(item: 0)),
    ("a:KEY", "x:KEY", .malformed(item: 0)), ("a:KEY", "0:KEY", .malformed(item: 0)),
    ("a:KEY,a:KEY", "1:KEY", .duplicate(id: "a")), ("a:KEY", "1:KEY 1:KEY", .duplicate(id: "1")),
  ])
  func badTextsAreRefused(masters: String, index: String, error: KeyTextError) {
    let key = Data(repeating: 7, count: 32).base64EncodedString()
    let filled = [masters, index].map { $0.replacingOccurrences(of: "KEY", with: key) }
    #expect(throws: error) { try KeyRing.parse(masters: filled[0], index: filled[1]) }
  }

  @Test func aNewMasterIsAnItemOfTheVariable() throws {
    let master = MasterKey.random()
    let key = Data(repeating: 7, count: 32).base64EncodedString()
    let ring = try KeyRing.parse(masters: "\(master.secretText),old:\(key)", index: "1:\(key)")
    #expect(ring.currentMaster == master.id)
    #expect(!"\(master)\(ring)".contains(master.secretText.dropFirst(master.id.text.count + 1)))
  }

  @Test func oneVariableWithoutTheOtherIsRefused() {
    #expect(throws: KeyTextError.missing(variable: "OHJAUSTILA_INDEX_KEYS")) {
      try KeyRing.environment(["OHJAUSTILA_MASTER_KEYS": "x"])
    }
  }
}
