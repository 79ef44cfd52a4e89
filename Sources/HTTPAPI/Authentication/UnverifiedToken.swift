/// A token taken apart and parsed, nothing of it believed yet.
struct UnverifiedToken {
  let algorithm: String
  let keyID: String?
  let claims: JSONValue
  let signature: [UInt8]
  /// The bytes the signature covers.
  let signedBytes: [UInt8]

  /// Takes a compact JWS apart. Duplicate members, critical extensions and sloppy base64 are refused.
  init(_ token: some StringProtocol) throws(AuthenticationError) {
    let bytes = Array(token.utf8)
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, let signature = Base64URL.decode(parts[2]) else { throw .malformed }
    let header = try Self.object(parts[0])
    guard case .string(let algorithm) = header["alg"], header["crit"] == nil else { throw .malformed }
    if let keyID = header["kid"] {
      guard case .string(let text) = keyID else { throw .malformed }
      self.keyID = text
    } else {
      keyID = nil
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
