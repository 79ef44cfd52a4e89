import Testing

@testable import HTTPAPI

@Suite struct Base64URLTests {
  @Test func roundTrips() {
    for length in 0..<70 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255) }
      #expect(Base64URL.decode(Array(Base64URL.encode(bytes).utf8)) == bytes)
    }
  }

  @Test func knowsTheStandardsExamples() {
    #expect(Base64URL.encode("foobar".utf8) == "Zm9vYmFy")
    #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
  }

  @Test(arguments: ["A", "AB=", "AA==", "A+/A", "AAAAA", "AB", "AAB", "A A", "Zm9v\n", "ä"])
  func refusesOtherSpellings(_ text: String) {
    #expect(Base64URL.decode(Array(text.utf8)) == nil)
  }
}
