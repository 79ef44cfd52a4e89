import Foundation
import Guidance
import HTTPTypes
import Hummingbird
import Vault

/// The digests that a request's header says of its body: `Content-Digest` and `Repr-Digest` (RFC 9530), and the
/// `Content-MD5` of old (RFC 1864).
///
/// Of algorithms known here each is compared; others are ignored, as RFC 9530 §2 has it.
enum DigestFields {
  /// The digests of RFC 9530 §7.2 that are compared.
  private static let algorithms: [String: DigestAlgorithm] = ["sha-256": .sha256, "sha-512": .sha512]

  /// The request's digests of its body. Bodies come unencoded here, so that content and representation are the same.
  ///
  /// - Parameter fields: those of the request that speak of this body.
  static func digests(
    of request: Request, in fields: [HTTPField.Name] = [.contentDigest, .reprDigest, .contentMD5]
  ) throws(Problem) -> [ExpectedDigest] {
    var digests: [ExpectedDigest] = []
    for field in fields {
      // Lines of a list are one list (RFC 9110 §5.3); Content-MD5 is none.
      let values = request.headers[values: field]
      guard !values.isEmpty else { continue }
      if field == .contentMD5 {
        guard values.count == 1, let value = Data(base64Encoded: values[0]), value.count == 16 else {
          throw .invalidHeader(field, "Must be the MD5 of the body in Base64.")
        }
        digests.append(ExpectedDigest(.md5, Array(value), field: field.rawName))
      } else {
        digests += try parse(values.joined(separator: ","), of: field)
      }
    }
    return digests
  }

  /// The field of a download: what a client can compare the whole file with.
  static func sha256(_ digest: [UInt8]) -> String { "sha-256=:\(Data(digest).base64EncodedString()):" }

  /// A dictionary of byte sequences (RFC 9651 §3.2, §3.3.5), such as `sha-256=:…:, sha-512=:…:`. A key that comes again
  /// goes before.
  private static func parse(_ value: String, of field: HTTPField.Name) throws(Problem) -> [ExpectedDigest] {
    var found: [DigestAlgorithm: ExpectedDigest] = [:]
    var scanner = HeaderScanner(value)
    repeat {
      guard let key = scanner.token(), key == key.lowercased(), scanner.accept("="), let bytes = scanner.byteSequence()
      else { throw .invalidHeader(field, "Must be digests such as sha-256=:Base64:.") }
      guard let algorithm = algorithms[key] else { continue }
      guard bytes.count == algorithm.length else {
        throw .invalidHeader(field, "A \(key) has \(algorithm.length) bytes.")
      }
      found[algorithm] = ExpectedDigest(algorithm, bytes, field: field.rawName)
    } while scanner.accept(",")
    guard scanner.isAtEnd else { throw .invalidHeader(field, "Must be digests such as sha-256=:Base64:.") }
    return found.values.sorted { $0.algorithm.rawValue < $1.algorithm.rawValue }
  }
}

extension HeaderScanner {
  /// Takes a byte sequence (RFC 9651 §3.3.5): Base64 between colons.
  fileprivate mutating func byteSequence() -> [UInt8]? {
    guard accept(":"), let text = base64(), accept(":") else { return nil }
    return Data(base64Encoded: text).map(Array.init)
  }
}

extension HTTPField.Name {
  static let contentDigest = HTTPField.Name("Content-Digest")!
  static let reprDigest = HTTPField.Name("Repr-Digest")!
  static let contentMD5 = HTTPField.Name("Content-MD5")!
}
