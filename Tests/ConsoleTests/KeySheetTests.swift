import Guidance
import Lifecycle
import Testing
import Vault

@testable import Console

@Suite struct KeySheetTests {
  @Test func aRotationSaysWhatComesNext() throws {
    let (old, new) = (MasterKey.random().id, MasterKey.random().id)
    let whole = RotationReport(master: new, rewrapped: 7, retired: [old])
    #expect(
      KeySheet.lines(of: whole) == [
        "rotated to \(new)", "keys wrapped anew: 7",
        "retired: \(old); when no backup needs it any more: ohjaustila keys destroy \(old)",
      ])
    let part = RotationReport(master: new, isFinishing: true, rewrapped: 0, damaged: 1, left: 3)
    #expect(
      KeySheet.lines(of: part) == [
        "finished the rotation to \(new); no new master was made", "keys wrapped anew: 0",
        "damaged keys, which nothing opens any more and which stay as they are: 1",
        "left under earlier masters: 2; the same command once more takes them",
      ])
  }

  @Test func mastersAreATable() throws {
    let ids = ["nyt", "ennen", "poissa"].compactMap(MasterKeyID.init)
    let at = try Instant(rfc3339: "2026-11-25T10:00:00Z")
    let lines = KeySheet([
      MasterView(
        id: ids[0], standing: .living(.current, since: at), isHere: true, spaces: 12, people: 10, notices: 0,
        heldBy: ["palvelin/1", "palvelin/2"]),
      MasterView(id: ids[1], standing: .givenUp, isHere: true, spaces: 0, people: 0, notices: 0, heldBy: []),
      MasterView(id: ids[2], standing: .destroyed(at: at), isHere: false, spaces: 0, people: 0, notices: 0, heldBy: []),
    ]).lines
    #expect(lines.count == 4)
    #expect(
      lines[1].hasPrefix("nyt     current    2026-11-25")
        && lines[1].hasSuffix("yes             palvelin/1, palvelin/2"))
    #expect(lines[2].hasPrefix("ennen   given up   -"))
    #expect(lines[3].hasPrefix("poissa  destroyed  2026-11-25") && lines[3].hasSuffix("-"))
  }
}
