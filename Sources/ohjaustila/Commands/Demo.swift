import ArgumentParser
import AsyncHTTPClient

/// Walks the tour of the README against a service that serves with --dev.
struct Demo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Walk a guidance space through its whole life, printing each request and what came of it.",
    discussion: "The service must serve with --dev. Its clock is moved eighteen months on, and stays there.")

  @Option(help: "The service's address.")
  var url = "http://127.0.0.1:8080"

  @Option(name: .customLong("upload-megabytes"), help: "Size of the large file.")
  var uploadMegabytes = 200

  func validate() throws {
    guard (1...1024).contains(uploadMegabytes) else { throw ValidationError("--upload-megabytes is 1 to 1024") }
  }

  func run() async throws {
    let client = DemoClient(base: url)
    do {
      try await Tour(client: client, uploadMegabytes: uploadMegabytes).run()
    } catch let failure as DemoFailure {
      print("\nThe tour ends here: \(failure)")
      throw ExitCode(1)
    }
  }
}
