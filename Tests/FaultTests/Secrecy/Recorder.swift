import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1

/// A client that keeps everything the service ever answers.
struct Recorder {
  /// An answer, and what it may tell its caller.
  struct Recording {
    let request: String
    let bytes: [UInt8]
    let mayTell: Set<Plant>
  }

  let http: HTTPClient
  let copies: [ServiceCopy]
  private(set) var recordings: [Recording] = []

  init(http: HTTPClient, copies: [ServiceCopy]) {
    self.http = http
    self.copies = copies
  }

  /// Where the service answers, as soon as it does.
  func address() async throws -> String {
    try await eventually("a copy that serves") { copies.contains { $0.address != nil } }
    return copies.compactMap(\.address).first ?? ""
  }

  /// Sends a request once and keeps the answer.
  @discardableResult
  mutating func send(
    _ method: String, _ path: String, as token: String? = nil, _ body: String? = nil, headers: [String: String] = [:],
    mayTell: Set<Plant> = []
  ) async throws -> Answer {
    var request = HTTPClientRequest(url: try await address() + path)
    request.method = HTTPMethod(rawValue: method)
    if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if body != nil, headers["Content-Type"] == nil {
      request.headers.add(name: "Content-Type", value: "application/json")
    }
    for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
    if let body { request.body = .bytes(ByteBuffer(string: body)) }
    let response = try await http.execute(request, timeout: .seconds(60))
    let content = Array(try await response.body.collect(upTo: 16 << 20).readableBytesView)
    let head = "\(response.status)\n" + response.headers.map { "\($0.name): \($0.value)\n" }.joined()
    recordings.append(
      Recording(request: "\(method) \(path)", bytes: Array(head.utf8) + content, mayTell: mayTell))
    return Answer(status: Int(response.status.code), bytes: content)
  }

  /// Sends bytes that are no request, or a bad one, and keeps whatever comes back until the connection ends.
  mutating func sendRaw(_ text: String) async throws {
    let port = UInt16(try await address().split(separator: ":").last ?? "") ?? 0
    let answer = await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: Self.exchange(text, port: port)) }
    }
    recordings.append(Recording(request: "bytes", bytes: answer, mayTell: []))
  }

  private static func exchange(_ text: String, port: UInt16) -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var patience = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { return [] }
    let bytes = Array(text.utf8)
    _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { answer += buffer[..<count] }
    return answer
  }
}
