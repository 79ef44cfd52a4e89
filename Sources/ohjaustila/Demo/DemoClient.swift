import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Sends the tour's requests and prints each with its answer.
struct DemoClient {
  let base: String

  /// An answer as far as the tour looks at it.
  struct Answer {
    let status: UInt
    let members: [String: Any]
    let bytes: Int

    /// A member that must be a text.
    func text(_ name: String) throws -> String {
      guard let text = members[name] as? String else { throw DemoFailure("the answer has no \(name)") }
      return text
    }

    func object(_ name: String) throws -> [String: Any] {
      guard let object = members[name] as? [String: Any] else { throw DemoFailure("the answer has no \(name)") }
      return object
    }
  }

  /// Sends a request whose body is JSON, if any.
  ///
  /// - Throws: `DemoFailure` when another status comes than is expected.
  @discardableResult
  func send(
    _ method: String, _ path: String, as token: String? = nil, json: [String: Any]? = nil, expect status: UInt,
    headers: [String: String] = [:]
  ) async throws -> Answer {
    let data = try json.map { try JSONSerialization.data(withJSONObject: $0, options: [.sortedKeys]) }
    print("\n> \(method) \(path)" + (data.map { " " + String(decoding: $0, as: UTF8.self) } ?? ""))
    return try await send(
      method, path, as: token, body: data.map { .bytes(ByteBuffer(data: $0)) },
      headers: headers.merging(json == nil ? [:] : ["Content-Type": "application/json"]) { $1 }, expect: status)
  }

  /// Sends a request with any body.
  @discardableResult
  func send(
    _ method: String, _ path: String, as token: String?, body: HTTPClientRequest.Body?, headers: [String: String],
    expect status: UInt
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: base + path)
    request.method = .init(rawValue: method)
    request.body = body
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    let response: HTTPClientResponse
    do {
      response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
    } catch {
      throw DemoFailure("no answer from \(base): \(error). Is `scripts/serve --dev` running?")
    }
    let answer = try await Self.read(response)
    guard response.status.code == status else {
      throw DemoFailure("\(method) \(path) answered \(response.status.code) instead of \(status)")
    }
    return answer
  }

  private static func read(_ response: HTTPClientResponse) async throws -> Answer {
    var (bytes, first) = (0, ByteBuffer())
    for try await var piece in response.body {
      bytes += piece.readableBytes
      if first.readableBytes < 64 * 1024 { first.writeBuffer(&piece) }
    }
    let isJSON = response.headers.first(name: "Content-Type")?.contains("json") ?? false
    let object = isJSON ? try? JSONSerialization.jsonObject(with: Data(buffer: first)) : nil
    let shown = isJSON ? String(buffer: first).prefix(300) : "\(bytes) bytes"
    print("< \(response.status.code) \(shown)\(shown.utf8.count < bytes && isJSON ? "…" : "")")
    return Answer(status: response.status.code, members: object as? [String: Any] ?? [:], bytes: bytes)
  }
}

/// Why the tour could not go on.
struct DemoFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
