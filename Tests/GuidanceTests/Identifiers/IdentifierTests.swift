import Foundation
import Guidance
import Testing

@Suite struct IdentifierTests {
  @Test(arguments: ["2296962-1", "0737546-2", "1234567-1"])
  func takesBusinessIDs(_ text: String) {
    #expect(BusinessID(text)?.description == text)
  }

  @Test(arguments: ["2296962-2", "22969621", "2296962-", "229696a-1", "1000000-1", "", "2296962-1 "])
  func refusesOtherBusinessIDs(_ text: String) {
    #expect(BusinessID(text) == nil)
  }

  @Test(arguments: ["maija@example.fi", "m.m+ohjaus@sub.example.fi", "åäö@example.fi"])
  func takesAddresses(_ text: String) {
    #expect(EmailAddress(text)?.text == text)
  }

  @Test(arguments: [
    "maija", "maija@", "@example.fi", "maija@example", "a@b@c.fi", "maija@example.fi\r\nBcc: x@y.fi", "m m@example.fi",
    "<maija@example.fi>", "maija@exa..mple.fi", "maija@.fi", "maija\u{200B}@example.fi", "a,b@example.fi",
    String(repeating: "m", count: 65) + "@example.fi",
  ])
  func refusesWhatIsNoAddress(_ text: String) {
    #expect(EmailAddress(text) == nil)
  }

  @Test func identifiersAreVersionSevenAndReadBack() throws {
    let id = ID<Space>.make()
    #expect(ID<Space>(id.description) == id)
    #expect(ID<Space>(id.description.uppercased()) == id)
    #expect(id.description.dropFirst(14).first == "7")
    #expect(ID<Space>("not-an-identifier") == nil)
  }

  @Test func identifiersAreWrittenAsFoundationWritesThem() {
    for _ in 0..<1000 {
      let uuid = UUID()
      #expect(ID<Space>(uuid).description == uuid.uuidString.lowercased())
      #expect(ID<Space>(uuid.uuidString)?.uuid == uuid)
      #expect(ID<Space>(" \(uuid.uuidString) ".dropFirst().dropLast())?.uuid == uuid)
    }
  }

  @Test func nothingElseIsAnIdentifier() {
    let text = Array("01a22d77-0a95-7ea6-991d-ae725284f083")
    #expect(ID<Space>(String(text)) != nil)
    for index in text.indices {
      for other: Character in ["g", "/", ":", "@", "G", "`", "-", "0", "ä", " "] where other != text[index] {
        var changed = text
        changed[index] = other
        let isDigit = other == "0" && text[index] != "-"
        #expect((ID<Space>(String(changed)) != nil) == isDigit, "\(String(changed))")
      }
      #expect(ID<Space>(String(text[..<index])) == nil)
    }
    #expect(ID<Space>(String(text) + "0") == nil && ID<Space>("{" + String(text) + "}") == nil)
  }
}
