import HTTPAPI
import Testing

/// Who the configuration names is compared byte for byte, like every principal.
@Suite struct PrincipalTests {
  /// Swift takes these for equal texts: the Kelvin sign and K, a composed and a decomposed letter.
  @Test(arguments: [("K-admin", "\u{212A}-admin"), ("Jos\u{E9}", "Jose\u{301}")])
  func equivalentTextsNameNoOperator(_ named: String, _ other: String) {
    #expect(named == other)
    let operators: Set = [API.Configuration.Principal(issuer: "https://issuer.example", subject: named)]
    #expect(operators.contains(.init(issuer: "https://issuer.example", subject: named)))
    #expect(!operators.contains(.init(issuer: "https://issuer.example", subject: other)))
    #expect(!operators.contains(.init(issuer: other, subject: named)))
  }
}
