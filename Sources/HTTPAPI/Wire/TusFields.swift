import Foundation
import Guidance
import HTTPTypes
import Hummingbird
import Lifecycle
import Vault

/// The header fields of tus 1.0.0 (tus.io/protocols/resumable-upload).
enum TusFields {
  /// The only version spoken.
  static let version = "1.0.0"
  /// What is spoken beside the core.
  static let extensions = "creation,termination,expiration,checksum"
  /// What `Upload-Checksum` may be: tus demands SHA-1.
  static let checksums = "sha1,sha256,sha512,md5"

  /// Longest `Upload-Metadata` in bytes.
  private static let longestMetadata = 4096

  /// Refuses another version than the one spoken.
  ///
  /// - Parameter isRequired: of a GET the field is not demanded: it is a plain resource as well.
  static func requireVersion(_ request: Request, isRequired: Bool) throws(Problem) {
    let said = request.headers[values: .tusResumable]
    guard said == [version] || !isRequired && said.isEmpty else {
      throw Problem(
        "upload-version", .preconditionFailed, "Another version of tus",
        detail: "Tus-Resumable must be \(version)."
      ).with(.tusVersion, version)
    }
  }

  /// A number of bytes.
  static func bytes(_ name: HTTPField.Name, of request: Request) throws(Problem) -> Int {
    let values = request.headers[values: name]
    guard values.count == 1, !values[0].isEmpty, values[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let number = Int(values[0])
    else { throw .invalidHeader(name, "Must be a number of bytes.") }
    return number
  }

  /// `Upload-Checksum`: an algorithm's name, a space, and the digest of this request's body in Base64.
  static func checksum(of request: Request) throws(Problem) -> [ExpectedDigest] {
    let values = request.headers[values: .uploadChecksum]
    guard !values.isEmpty else { return [] }
    let parts = values[0].split(separator: " ", omittingEmptySubsequences: false)
    guard values.count == 1, parts.count == 2, let algorithm = DigestAlgorithm(rawValue: String(parts[0])),
      let value = Data(base64Encoded: String(parts[1])), value.count == algorithm.length
    else { throw .invalidHeader(.uploadChecksum, "Must be one of \(checksums), a space, and the digest in Base64.") }
    return [ExpectedDigest(algorithm, Array(value), field: HTTPField.Name.uploadChecksum.rawName)]
  }

  /// What an upload's creation says of the file.
  static func draft(of request: Request) throws(Problem) -> ResumableDraft {
    for (name, why) in [
      (HTTPField.Name.uploadDeferLength, "A file's length is said when its upload is created: Upload-Length."),
      (.uploadConcat, "Uploads are not put together from others."),
    ] where request.headers[name] != nil {
      throw .invalidHeader(name, why)
    }
    let length = try bytes(.uploadLength, of: request)
    let text = request.headers[.uploadMetadata] ?? ""
    let metadata = try metadata(text)
    // tus fixes no names: these are what tus-js-client, Uppy and tuspy are used with.
    guard let name = metadata["filename"] ?? metadata["name"] else {
      throw .invalidHeader(.uploadMetadata, "Must name the file: filename and a space, then its name in Base64.")
    }
    let said = [metadata["filetype"], metadata["type"]].compactMap { $0 }.first { !$0.isEmpty }
    let type = said ?? MediaType.unknown
    guard MediaType.isWellFormed(type) else {
      throw .invalidHeader(.uploadMetadata, "filetype must be a media type such as application/pdf.")
    }
    return ResumableDraft(
      name: name, contentType: type, length: length, metadata: text,
      digests: try DigestFields.digests(of: request, in: [.reprDigest]))
  }

  /// `key base64,key base64`; a key without a value has an empty one.
  private static func metadata(_ text: String) throws(Problem) -> [String: String] {
    var metadata: [String: String] = [:]
    guard text.utf8.count <= longestMetadata else {
      throw .invalidHeader(.uploadMetadata, "May have \(longestMetadata) bytes.")
    }
    for pair in text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = pair.trimmingSpaces.split(separator: " ", omittingEmptySubsequences: false)
      guard (1...2).contains(parts.count), !parts[0].isEmpty, parts[0].utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
        let value = Data(base64Encoded: parts.count == 2 ? String(parts[1]) : ""),
        let text = String(validating: value, as: UTF8.self), metadata.updateValue(text, forKey: String(parts[0])) == nil
      else {
        throw .invalidHeader(.uploadMetadata, "Must be keys, each once, with texts in Base64 of UTF-8.")
      }
    }
    return metadata
  }

  /// What a client is told of an upload.
  static func fields(_ upload: ResumableUpload, in space: ID<Space>) -> HTTPFields {
    var fields: HTTPFields = [
      .tusResumable: version, .uploadOffset: String(upload.offset), .uploadLength: String(upload.length),
      .uploadExpires: HTTPDate(upload.expiresAt).field,
    ]
    if !upload.metadata.isEmpty { fields[.uploadMetadata] = upload.metadata }
    if let file = upload.state.file { fields[.contentLocation] = API.path(of: file, in: space) }
    return fields
  }
}

extension HTTPField.Name {
  static let tusResumable = HTTPField.Name("Tus-Resumable")!
  static let tusVersion = HTTPField.Name("Tus-Version")!
  static let tusExtension = HTTPField.Name("Tus-Extension")!
  static let tusMaxSize = HTTPField.Name("Tus-Max-Size")!
  static let tusChecksumAlgorithm = HTTPField.Name("Tus-Checksum-Algorithm")!
  static let uploadOffset = HTTPField.Name("Upload-Offset")!
  static let uploadLength = HTTPField.Name("Upload-Length")!
  static let uploadDeferLength = HTTPField.Name("Upload-Defer-Length")!
  static let uploadConcat = HTTPField.Name("Upload-Concat")!
  static let uploadMetadata = HTTPField.Name("Upload-Metadata")!
  static let uploadExpires = HTTPField.Name("Upload-Expires")!
  static let uploadChecksum = HTTPField.Name("Upload-Checksum")!
  static let methodOverride = HTTPField.Name("X-HTTP-Method-Override")!
}
