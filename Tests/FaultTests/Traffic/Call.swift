import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

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

  /// A PUT of JSON.
  static func put(_ path: String, _ json: String) -> Call {
    Call(method: "PUT", path: path, body: Array(json.utf8), headers: ["Content-Type": "application/json"])
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

extension HTTPClient {
  /// Sends a request once.
  func send(_ call: Call, token: String?, to address: String, patience: TimeAmount) async throws -> Answer {
    var request = HTTPClientRequest(url: address + call.path)
    request.method = HTTPMethod(rawValue: call.method)
    for (name, value) in call.headers { request.headers.add(name: name, value: value) }
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if call.method != "GET" { request.body = .bytes(ByteBuffer(bytes: call.body)) }
    let response = try await execute(request, timeout: patience)
    let body = try await response.body.collect(upTo: 8 << 20)
    return Answer(status: Int(response.status.code), bytes: Array(body.readableBytesView))
  }
}
