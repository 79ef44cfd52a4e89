import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// A real OpenID Connect provider on loopback (oidc-provider-mock, Authlib), a child process of the test's own. It can be
/// stopped, and started again with new keys on the same port.
public final class TestIdentityProvider: Sendable {
  /// How `scripts/lib/oidc_provider.py` answers for its metadata and keys.
  public enum Behaviour: String, Sendable, CaseIterable {
    case good, slow, trickle, garbage, empty, redirect, endless, cached, uncached
    case notFound = "not-found"
    case otherIssuer = "other-issuer"
    case slashIssuer = "slash-issuer"
    case noKeys = "no-keys"
    case clearKeys = "clear-keys"
  }

  /// Its `iss`.
  public let issuer: String
  private let folder: URL
  private let isEncrypted: Bool
  private let process: Mutex<Process>

  /// The authority of its certificate, as a PEM file.
  public var authorityFile: String { folder.appending(path: "authority.pem").path }

  /// Runs a closure with a provider, and stops it.
  public static func with<Result>(
    encrypted: Bool = false, _ body: (TestIdentityProvider) async throws -> Result
  ) async throws -> Result {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let provider = try await Blocking.run { try TestIdentityProvider(folder, isEncrypted: encrypted) }
    defer { provider.stop() }
    return try await body(provider)
  }

  private init(_ folder: URL, isEncrypted: Bool) throws {
    self.folder = folder
    self.isEncrypted = isEncrypted
    let (process, issuer) = try Self.start(folder, port: 0, isEncrypted: isEncrypted)
    self.process = Mutex(process)
    self.issuer = issuer
  }

  /// Ends it and waits for its end: nobody answers at its address any more.
  public func stop() {
    process.withLock { process in
      guard process.isRunning else { return }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  /// Starts it where it was, with new keys.
  public func restart() async throws {
    stop()
    let port = issuer.split(separator: ":").last.flatMap { Int($0) } ?? 0
    try await Blocking.run { [self] in
      let (new, _) = try Self.start(folder, port: port, isEncrypted: isEncrypted)
      process.withLock { $0 = new }
    }
  }

  /// Changes how it answers.
  public func behave(_ behaviour: Behaviour) async throws {
    _ = try await send("PUT", "/behaviour", behaviour.rawValue, type: "text/plain")
  }

  private static func start(_ folder: URL, port: Int, isEncrypted: Bool) throws -> (Process, issuer: String) {
    let process = Process()
    process.executableURL = URL(filePath: try TestPython.interpreter.get())
    process.arguments =
      [TestPython.repository + "/scripts/lib/oidc_provider.py", folder.path, "--port", "\(port)"]
      + (isEncrypted ? ["--tls"] : [])
    let output = Pipe()
    process.standardInput = Pipe()  // ends with this process, and so does the provider
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let issuer = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    guard issuer.hasPrefix("http") else {
      process.terminate()
      throw ProviderFailure("it printed no issuer")
    }
    return (process, issuer)
  }
}

// MARK: - Signing in

extension TestIdentityProvider {
  /// An ID token of the person, by the authorization code flow: authorization request, consent, redirect, code, token.
  public func signIn(_ subject: String, client: String, claims: [String: any Sendable] = [:]) async throws -> String {
    let person = String(decoding: try JSONSerialization.data(withJSONObject: claims), as: UTF8.self)
    _ = try await send("PUT", "/users/\(subject)", person, type: "application/json")
    let callback = "http://localhost/callback"
    let request = "client_id=\(client)&response_type=code&scope=openid%20profile%20email&redirect_uri=\(callback)"
    let consent = try await send("POST", "/oauth2/authorize?\(request)", "sub=\(subject)", type: Self.form)
    let target = consent.headers.first(name: "location") ?? ""
    guard let code = URLComponents(string: target)?.queryItems?.first(where: { $0.name == "code" })?.value else {
      throw ProviderFailure("it gave no code")
    }
    let answer = try await send(
      "POST", "/oauth2/token",
      "grant_type=authorization_code&code=\(code)&redirect_uri=\(callback)&client_id=\(client)&client_secret=any",
      type: Self.form)
    let tokens = try JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
    guard let token = tokens?["id_token"] as? String else { throw ProviderFailure("it gave no ID token") }
    return token
  }

  /// An access token as RFC 9068 describes them.
  public func accessToken(
    _ subject: String, client: String, audience: String, claims: [String: any Sendable] = [:]
  ) async throws -> String {
    let wanted: [String: any Sendable] = [
      "subject": subject, "client": client, "audience": audience, "claims": claims,
    ]
    let body = String(decoding: try JSONSerialization.data(withJSONObject: wanted), as: UTF8.self)
    return String(
      decoding: try await send("POST", "/access-tokens", body, type: "application/json").body, as: UTF8.self)
  }

  /// How often its keys were asked for.
  public func keyRequests() async throws -> Int {
    let answer = try await send("GET", "/asked", nil, type: "")
    return try JSONDecoder().decode([String: Int].self, from: answer.body)["/jwks"] ?? 0
  }

  private static let form = "application/x-www-form-urlencoded"

  private static let client: HTTPClient = {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  private func send(
    _ method: String, _ path: String, _ body: String?, type: String
  ) async throws -> (headers: HTTPHeaders, body: Data) {
    var request = HTTPClientRequest(url: issuer + path)
    request.method = HTTPMethod(rawValue: method)
    if isEncrypted {
      var encryption = TLSConfiguration.makeClientConfiguration()
      encryption.trustRoots = .file(authorityFile)
      request.tlsConfiguration = encryption
    }
    if let body {
      request.headers.add(name: "content-type", value: type)
      request.body = .bytes(ByteBuffer(string: body))
    }
    let answer = try await Self.client.execute(request, timeout: .seconds(30))
    guard answer.status.code < 400 else { throw ProviderFailure("\(method) \(path.prefix(20)): \(answer.status)") }
    let bytes = try await answer.body.collect(upTo: 1 << 20)
    return (answer.headers, Data(bytes.readableBytesView))
  }
}

private struct ProviderFailure: Error, CustomStringConvertible {
  let description: String
  init(_ what: String) { description = "the identity provider of the tests: \(what)" }
}

/// Work that waits, away from Swift's few threads.
enum Blocking {
  static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Swift.Result(catching: work)) }
    }
  }
}
