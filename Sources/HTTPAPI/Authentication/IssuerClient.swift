import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Asks issuers: nothing is followed elsewhere, nothing may be long, and nothing may take long.
struct IssuerClient: Sendable {
  /// No document of an issuer is longer.
  static let maximumBytes = 256 * 1024
  /// For one whole answer, however it trickles in.
  static let patience = Duration.seconds(5)

  /// Authorities to trust instead of the system's, a PEM file.
  let authorityFile: String?

  /// One for the process: it lives as long as that does.
  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration()
    // A redirect would be the network's word on where an issuer's keys are.
    configuration.redirectConfiguration = .disallow
    configuration.timeout.connect = .seconds(3)
    return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
  }()

  /// Gets a JSON document.
  func fetch(_ address: IssuerAddress) async throws -> FetchedKeys {
    var request = HTTPClientRequest(url: address.text)
    request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
    var encryption = TLSConfiguration.makeClientConfiguration()
    encryption.minimumTLSVersion = .tlsv12
    if let authorityFile { encryption.trustRoots = .file(authorityFile) }
    request.tlsConfiguration = encryption
    return try await Self.within(Self.patience) { [request] in
      let response = try await Self.client.execute(request, timeout: .seconds(5))
      guard response.status == .ok else { throw KeySetError.unexpectedStatus(response.status.code) }
      let body = try await response.body.collect(upTo: Self.maximumBytes)
      return FetchedKeys(body.readableBytesView, goodFor: Self.maximumAge(response.headers))
    }
  }

  /// What `Cache-Control` grants, less what `Age` says has passed; nothing where it forbids keeping.
  static func maximumAge(_ headers: HTTPHeaders) -> Duration? {
    let directives = headers[canonicalForm: "cache-control"].map { $0.lowercased() }
    if directives.contains(where: { $0 == "no-store" || $0 == "no-cache" }) { return .zero }
    guard let age = directives.compactMap({ $0.hasPrefix("max-age=") ? Int32($0.dropFirst(8)) : nil }).first else {
      return nil
    }
    let passed = headers.first(name: "age").flatMap { Int32($0) } ?? 0
    return .seconds(max(0, Int64(age) - Int64(max(0, passed))))
  }

  private static func within<Value: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        throw KeySetError.tooSlow
      }
      defer { group.cancelAll() }
      guard let value = try await group.next() else { throw KeySetError.tooSlow }
      return value
    }
  }
}
