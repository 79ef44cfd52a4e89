import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

extension KeyedService {
  /// Sends a request to one copy, once.
  func send(_ method: String, _ path: String, as subject: String? = nil, _ json: String? = nil, to copy: Int)
    async throws
    -> Answer
  {
    let address = try #require(copies[copy].address)
    var request = HTTPClientRequest(url: address + path)
    request.method = HTTPMethod(rawValue: method)
    if let subject {
      request.headers.add(name: "Authorization", value: "Bearer \(try await token(subject, at: address))")
    }
    if let json {
      request.headers.add(name: "Content-Type", value: "application/json")
      request.body = .bytes(ByteBuffer(string: json))
    }
    let response = try await http.execute(request, timeout: .seconds(60))
    let body = try await response.body.collect(upTo: 1 << 20)
    return Answer(status: Int(response.status.code), bytes: Array(body.readableBytesView))
  }

  private func token(_ subject: String, at address: String) async throws -> String {
    var request = HTTPClientRequest(url: address + "/dev/tokens")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: #"{"subject":"\#(subject)"}"#))
    let response = try await http.execute(request, timeout: .seconds(60))
    let answer = Answer(status: 0, bytes: Array(try await response.body.collect(upTo: 1 << 16).readableBytesView))
    return try #require(answer.members.token)
  }

  /// An organisation with the counsellor `olli`.
  func found() async throws -> String {
    let made = try await send(
      "POST", "/v1/organisations", as: "operator",
      #"{"name":"TE-palvelut","admins":[{"subject":"aino","name":"Aino"}]}"#, to: 0)
    let organisation = try #require(made.members.id)
    let appointed = try await send(
      "PUT", "/v1/organisations/\(organisation)/staff/olli", as: "aino",
      #"{"name":"Olli","roles":["counsellor"],"commitmentSignedOn":"2026-01-02"}"#, to: 0)
    #expect(appointed.status == 201)
    return organisation
  }
}
