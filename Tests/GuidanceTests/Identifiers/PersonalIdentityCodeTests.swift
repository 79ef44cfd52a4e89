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

  @Test(arguments: [
    ("010190-123M", false), ("010190-002U", false), ("010190-899A", false), ("010594Y9032", true),
    ("020503F9037", true),
  ])
  func numbersFrom900AreTemporary(_ text: String, _ isTemporary: Bool) throws {
    let digits = Array("0123456789ABCDEFHJKLMNPRSTUVWXY")
    let number = try #require(Int(text.prefix(6) + text.dropFirst(7).prefix(3)))
    let whole = text.prefix(10) + String(digits[number % 31])
    #expect(try PersonalIdentityCode(String(whole)).isTemporary == isTemporary)
  }

  /// Letters that only Unicode takes for ours make no code.
  @Test(arguments: ["010594\u{FF39}9032", "030594w903\u{FF22}", "020594x903\u{2119}", " 010594Y9032", "010594Y9032\n"])
  func lettersAreASCII(_ text: String) {
    #expect(throws: PersonalIdentityCode.Malformed.shape) { try PersonalIdentityCode(text) }
  }

  @Test func neverPrintsItself() throws {
    let code = try PersonalIdentityCode("010594Y9032")
    #expect(!"\(code) \(String(reflecting: code))".contains("9032"))
  }
}
