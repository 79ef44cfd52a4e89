import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Gets the bytes of a JWKS.
public typealias KeyFetcher = @Sendable (Issuer.KeySource) async throws -> [UInt8]

enum KeyFetchers {
  /// No key set is longer.
  static let maximumBytes = 1 << 20

  /// Reads text and files as they are and fetches the rest over HTTPS (plain HTTP only from this machine).
  static let standard: KeyFetcher = { source in
    switch source {
    case .text(let text): Array(text.utf8)
    case .file(let path): try [UInt8](Data(contentsOf: URL(filePath: path)))
    case .url(let address): try await fetch(address)
    }
  }

  private static func fetch(_ address: String) async throws -> [UInt8] {
    let local = ["http://localhost:", "http://127.0.0.1:", "http://[::1]:"]
    guard address.hasPrefix("https://") || local.contains(where: address.hasPrefix) else {
      throw KeySetError.insecureAddress
    }
    var request = HTTPClientRequest(url: address)
    request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    guard response.status == .ok else { throw KeySetError.unexpectedStatus(response.status.code) }
    let body = try await response.body.collect(upTo: maximumBytes)
    return Array(body.readableBytesView)
  }
}
