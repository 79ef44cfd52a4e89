import Foundation

/// A request, as often as it has to be sent.
struct Call: Sendable {
  var method = "GET"
  let path: String
  var body: [UInt8] = []
  var headers: [String: String] = [:]

  static func get(_ path: String) -> Call { Call(path: path) }

  /// A POST of JSON, repeatable under a key where one is given.
  static func post(_ path: String, _ json: String, key: String? = nil) -> Call {
    var headers = ["Content-Type": "application/json"]
    headers["Idempotency-Key"] = key
    return Call(method: "POST", path: path, body: Array(json.utf8), headers: headers)
  }

  /// An upload, repeatable under a key: known again by the bytes, name and type.
  static func upload(_ path: String, name: String, _ bytes: [UInt8], key: String) -> Call {
    Call(
      method: "POST", path: path, body: bytes,
      headers: [
        "Content-Type": "application/octet-stream", "Idempotency-Key": key,
        "Content-Disposition": "attachment; filename*=UTF-8''\(name)",
      ])
  }
}

/// An answer of the service.
struct Answer: Sendable {
  let status: Int
  let bytes: [UInt8]

  /// The members that these tests look at.
  struct Members: Decodable, Sendable {
    var id, name, now, text, token, type, url, nextCursor: String?
    var items: [Members]?
  }

  var members: Members { (try? JSONDecoder().decode(Members.self, from: Data(bytes))) ?? Members() }

  var isProblem: (String) -> Bool { { members.type == "/problems/\($0)" } }
}
