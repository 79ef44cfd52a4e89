import ArgumentParser
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks a running service whether it is ready: for container health checks.
struct Health: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ask a running service whether it is ready; exit status 1 when it is not.")

  @Option(help: "The service's address.")
  var url = "http://127.0.0.1:8080"

  @Flag(help: "Take any certificate: on the same machine, where the service has another name.")
  var unverified = false

  func run() async throws {
    let response: HTTPClientResponse
    do {
      var request = HTTPClientRequest(url: url + "/health/ready")
      var encryption = TLSConfiguration.makeClientConfiguration()
      if unverified { encryption.certificateVerification = .none }
      request.tlsConfiguration = encryption
      response = try await HTTPClient.shared.execute(request, timeout: .seconds(5))
    } catch {
      print("no answer from \(url): \(error)")
      throw ExitCode(1)
    }
    let body = try await response.body.collect(upTo: 64 * 1024)
    print(String(buffer: body))
    guard response.status == .ok else { throw ExitCode(1) }
  }
}
