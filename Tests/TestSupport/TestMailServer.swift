public import Foundation
import Synchronization

/// A mail server on loopback, a child process of the test's own, that behaves well or badly in one chosen way.
public final class TestMailServer: Sendable {
  /// What `scripts/lib/mail_server.py` can do. The recipient `nobody` is always refused.
  public enum Behaviour: String, Sendable {
    case accept
    case refuseRecipient = "refuse-recipient"
    case refuseRelay = "refuse-relay"
    case refuseSender = "refuse-sender"
    case refuseSize = "refuse-size"
    case refuseContent = "refuse-content"
    case refusePolicy = "refuse-policy"
    case deferContent = "defer-content"
    case greylist
    case closingAtRecipient = "closing-at-recipient"
    case closingBanner = "closing-banner"
    case refusingBanner = "refusing-banner"
    case silentBanner = "silent-banner"
    case noSMTP = "no-smtp"
    case refuseStartTLS = "refuse-starttls"
    case stallInData = "stall-in-data"
    case stallAfterData = "stall-after-data"
    case dropAfterData = "drop-after-data"
    case dieInData = "die-in-data"
    case longReplies = "long-replies"
    case longRefusal = "long-refusal"
    case endlessReply = "endless-reply"
    case stale
    case silentQuit = "silent-quit"
  }

  /// How clients connect.
  public enum Security: String, Sendable {
    case none, starttls, tls
  }

  /// What the server saw.
  public struct Event: Decodable, Sendable {
    /// `connection`, `authentication`, `sender`, `recipient`, `data`, `mail`, `quit` or `end`, of a
    /// connection.
    public let event: String
    /// The client's port, which tells connections apart.
    public let peer: Int?
    /// A sender's or a recipient's.
    public let address: String?
    /// Of MAIL, such as `SIZE=1000`.
    public let options: [String]?
    /// The envelope's.
    public let sender: String?
    /// The envelope's.
    public let recipients: [String]?
    /// The mail as it was sent, dots undone.
    public let content: Data?
    /// Whether it came encrypted.
    public let tls: Bool?
    /// The name in EHLO.
    public let greeting: String?
    /// Whether the client had logged in.
    public let authenticated: Bool?
    /// `PLAIN` or `LOGIN`.
    public let mechanism: String?
    /// Who wanted to log in.
    public let user: String?
  }

  /// Where it listens, on 127.0.0.1.
  public let port: Int
  private let folder: URL
  private let process: Mutex<Process>

  /// The authority of the server's certificate, as a PEM file.
  public var authorityFile: String { folder.appending(path: "authority.pem").path }

  /// Runs a closure with a server, and stops the server.
  /// - Parameters:
  ///   - name: whom the certificate is for.
  ///   - password: of the user `ohjaustila`, who then must log in.
  public static func with<Result>(
    _ behaviour: Behaviour = .accept, security: Security = .none, name: String = "localhost", password: String? = nil,
    _ body: (TestMailServer) async throws -> Result
  ) async throws -> Result {
    var arguments = ["--behaviour", behaviour.rawValue, "--security", security.rawValue, "--name", name]
    if let password { arguments += ["--password", password] }
    // Python takes its time, and Swift's few threads are everybody's.
    let server = try await Blocking.run { [arguments] in try TestMailServer(arguments) }
    defer { server.stop() }
    return try await body(server)
  }

  private init(_ arguments: [String]) throws {
    folder = try TestCluster.temporaryFolder()
    let python = try TestPython.interpreter.get()
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = [TestPython.repository + "/scripts/lib/mail_server.py", folder.path] + arguments
    let output = Pipe()
    process.standardInput = Pipe()  // ends with this process, and so does the server
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      process.terminate()
      throw StartFailure()
    }
    self.port = port
    self.process = Mutex(process)
  }

  /// Everything seen so far, in its order.
  public func events() throws -> [Event] {
    let decoder = JSONDecoder()
    return try Data(contentsOf: folder.appending(path: "events.jsonl")).split(separator: UInt8(ascii: "\n"))
      .map { try decoder.decode(Event.self, from: $0) }
  }

  /// The mails that arrived whole, whatever was then answered.
  public func mails() throws -> [Event] { try events().filter { $0.event == "mail" } }

  /// Ends the server and waits for its end.
  public func stop() {
    process.withLock { process in
      guard process.isRunning else { return }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(at: folder)
  }

  private struct StartFailure: Error, CustomStringConvertible {
    let description = "the mail server of the tests printed no port; its error stands above"
  }
}

/// Python with the packages of scripts/lib/python-requirements.txt, made when it is missing.
public enum TestPython {
  /// The repository's folder.
  public static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The interpreter's path.
  public static let interpreter = Result {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["bash", "-euc", ". scripts/lib/venv.sh"]
    process.currentDirectoryURL = URL(filePath: repository)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw PackagesMissing() }
    return repository + "/.build-venv/bin/python"
  }

  private struct PackagesMissing: Error, CustomStringConvertible {
    let description = "the Python packages of scripts/lib/python-requirements.txt could not be installed"
  }
}
