/// A token taken apart and parsed, nothing of it believed yet.
struct UnverifiedToken {
  let algorithm: String
  let keyID: String?
  /// Nil for a type that is not known here.
  let type: TokenType?
  let claims: JSONValue
  let signature: [UInt8]
  /// The bytes the signature covers.
  let signedBytes: [UInt8]

  /// Takes a compact JWS apart. Duplicate members, critical extensions and sloppy base64 are refused; keys
  /// that a token brings along (`jwk`, `jku`, `x5c`, `x5u`) are not looked at.
  init(_ token: some StringProtocol) throws(AuthenticationError) {
    let bytes = Array(token.utf8)
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let signature = Base64URL.decode(parts[2]) else { throw .malformed }
    let header = try Self.object(parts[0])
    guard case .string(let algorithm) = header["alg"], header["crit"] == nil, header["b64"] == nil else {
      throw .malformed
    }
    if let keyID = header["kid"] {
      guard case .string(let text) = keyID else { throw .malformed }
      self.keyID = text
    } else {
      keyID = nil
    }
    switch header["typ"] {
    case nil: type = .plain
    case .string(let text): type = TokenType(mediaType: text)
    case .null, .bool, .number, .array, .object: throw .malformed
    }
    self.algorithm = algorithm
    self.claims = try Self.object(parts[1])
    self.signature = signature
    signedBytes = Array(bytes[..<parts[1].endIndex])
  }

  private static func object(_ part: ArraySlice<UInt8>) throws(AuthenticationError) -> JSONValue {
    guard let bytes = Base64URL.decode(part), let value = try? JSONParser.parse(bytes), case .object = value else {
      throw .malformed
    }
    return value
  }
}
