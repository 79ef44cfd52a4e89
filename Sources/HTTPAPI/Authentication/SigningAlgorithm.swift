/// Signature algorithms a token may use. There is no `none` and nothing symmetric to choose by mistake.
public enum SigningAlgorithm: String, Sendable, CaseIterable {
  case es256 = "ES256"
  case es384 = "ES384"
  case rs256 = "RS256"
  case ps256 = "PS256"
  case edDSA = "EdDSA"
}
