import Guidance
import Testing

@Suite struct PersonalIdentityCodeTests {
  /// Fictitious test persons' codes, published for testing (domain.md).
  @Test(
    arguments: ["010594Y9032", "020594X903P", "030594W903B", "010516B903X", "030516D9037", "020503F9037"])
  func takesPublishedTestPersons(_ text: String) throws {
    #expect(try PersonalIdentityCode(text).text == text)
    #expect(try PersonalIdentityCode(text.lowercased()).text == text)
  }

  @Test(arguments: [
    ("010594Y9033", PersonalIdentityCode.Malformed.checkCharacter),
    ("010594Y903", .shape), ("010594Y90322", .shape), ("010594G9032", .shape), ("01059aY9032", .shape),
    ("٠10594Y9032", .shape), ("310294Y9032", .date), ("290223A9032", .date), ("001294-9032", .date),
    ("011394-9032", .date), ("010594-0012", .individualNumber), ("", .shape),
  ])
  func refusesWhatIsNone(_ text: String, _ reason: PersonalIdentityCode.Malformed) {
    #expect(throws: reason) { try PersonalIdentityCode(text) }
  }

  /// Since 2023 two people may differ in the separator alone.
  @Test func separatorsTellPeopleApart() throws {
    #expect(try PersonalIdentityCode("010594Y9032") != PersonalIdentityCode("010594-9032"))
  }

  @Test func neverPrintsItself() throws {
    let code = try PersonalIdentityCode("010594Y9032")
    #expect(!"\(code) \(String(reflecting: code))".contains("9032"))
  }
}
