import Testing
import Vault

@Suite struct InvitationCodeTests {
  @Test func readsWhatPeopleType() throws {
    for _ in 0..<200 {
      let code = InvitationCode.random()
      #expect(code.canonical.count == 28 && code.grouped.count == 34)
      let loose = code.grouped.lowercased().replacing("0", with: "o").replacing("1", with: "l")
      for typed in [code.grouped, code.canonical, loose, " " + code.canonical.replacing("1", with: "I") + " "] {
        #expect(try InvitationCode(parsing: typed) == code)
      }
    }
  }

  @Test func codesDiffer() {
    #expect(Set((0..<10_000).map { _ in InvitationCode.random() }).count == 10_000)
  }

  @Test func otherTextsAreRefused() {
    let code = InvitationCode.random().canonical
    #expect(throws: InvitationCodeError.wrongLength) { try InvitationCode(parsing: "") }
    #expect(throws: InvitationCodeError.wrongLength) { try InvitationCode(parsing: code + "0") }
    #expect(throws: InvitationCodeError.unexpectedCharacter) { try InvitationCode(parsing: "U" + code.dropFirst()) }
    #expect(throws: InvitationCodeError.unexpectedCharacter) { try InvitationCode(parsing: "ä" + code.dropFirst()) }
  }

  /// Ten bits of check: of a thousand single mistypings about one slips through, into a code that does not exist.
  @Test func mistypingsAreCaught() {
    var slipped = 0
    for _ in 0..<1000 {
      let code = Array(InvitationCode.random().canonical)
      var wrong = code
      wrong[3] = code[3] == "A" ? "B" : "A"
      if (try? InvitationCode(parsing: String(wrong))) != nil { slipped += 1 }
    }
    #expect(slipped < 20)
  }
}
