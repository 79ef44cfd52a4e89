import Foundation
import Glibc
import Synchronization

/// A clamd of the test's own, with a signature or two of its own, as an unprivileged user where the test is root.
public final class TestClamd: Sendable {
  /// The test file that every scanner knows (eicar.org), in two halves, lest somebody's scanner finds it in this source.
  public static let eicar = Array(
    (#"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR"# + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").utf8)
  /// What it is found as.
  public static let eicarName = "Ohjaustila.Eicar.UNOFFICIAL"
  /// Longest stream that it takes, in bytes.
  public static let longestStream = 4 << 20

  /// `LocalSocket`.
  public var socket: String { folder.appending(path: "clamd.sock").path }
  private let folder: URL
  private var temporary: URL { folder.appending(path: "temporary", directoryHint: .isDirectory) }
  private let process = Mutex<Process?>(nil)

  /// Runs a closure with a clamd that answers, and ends it afterwards.
  public static func with<Result>(_ body: (TestClamd) async throws -> Result) async throws -> Result {
    let clamd = try TestClamd()
    defer { clamd.remove() }
    try await clamd.start()
    return try await body(clamd)
  }

  private init() throws {
    folder = try TestCluster.temporaryFolder()
    let signatures = folder.appending(path: "signatures", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: signatures, withIntermediateDirectories: true)
    let name = Self.eicarName.split(separator: ".").dropLast().joined(separator: ".")
    let digits = Self.eicar.map { String(format: "%02x", $0) }.joined()
    try "\(name):0:*:\(digits)\n".write(
      to: signatures.appending(path: "test.ndb"), atomically: true, encoding: .utf8)
    let configuration = """
      Foreground yes
      DatabaseDirectory \(signatures.path)
      LocalSocket \(socket)
      LocalSocketMode 666
      FixStaleSocket yes
      TemporaryDirectory \(temporary.path)
      StreamMaxLength \(Self.longestStream)
      AlertExceedsMax yes
      MaxThreads 4
      SelfCheck 0
      """
    try (configuration + "\n").write(
      to: folder.appending(path: "clamd.conf"), atomically: true, encoding: .utf8)
    // It makes its socket and its temporary files here, perhaps as another user.
    try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: true)
    try allowTemporaryFiles(true)
  }

  /// Whether it can write what it is sent: where not, it answers, and gives no verdict on anything.
  public func allowTemporaryFiles(_ isAllowed: Bool) throws {
    try FileManager.default.setAttributes(
      [.posixPermissions: isAllowed ? 0o777 : 0o555], ofItemAtPath: temporary.path)
  }

  /// Starts it, again perhaps, and waits until it answers.
  public func start() async throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/setpriv")
    let user = geteuid() == 0 ? ["--reuid=nobody", "--regid=nogroup", "--clear-groups"] : []
    process.arguments =
      ["--pdeathsig", "KILL"] + user + ["/usr/sbin/clamd", "--config-file", folder.appending(path: "clamd.conf").path]
    let log = folder.appending(path: "clamd.log")
    try Data().write(to: log)
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = process.standardOutput
    process.standardInput = FileHandle.nullDevice
    // --pdeathsig goes by the thread that starts it: this one must live as long as the process.
    try Self.starter.run { try process.run() }
    self.process.withLock { $0 = process }
    let deadline = ContinuousClock.now + .seconds(60)
    while !answers() {
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw StartFailure(log: (try? String(contentsOf: log, encoding: .utf8)) ?? "")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Ends it in the hardest way, and waits for its end.
  public func kill() {
    process.withLock { process in
      guard let ended = process, ended.isRunning else { return }
      Glibc.kill(ended.processIdentifier, SIGKILL)
      ended.waitUntilExit()
      process = nil
    }
  }

  private func remove() {
    kill()
    try? FileManager.default.removeItem(at: folder)
  }

  private func answers() -> Bool {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socket.utf8)) }
    return withUnsafePointer(to: address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }

  private static let starter = LastingThread()

  private struct StartFailure: Error, CustomStringConvertible {
    let log: String
    var description: String { "clamd did not start:\n\(log)" }
  }
}

/// A thread that lives as long as the process, for what is bound to the thread it was done on.
private final class LastingThread: Sendable {
  private let work = Mutex<[@Sendable () -> Void]>([])
  private let wake = DispatchSemaphore(value: 0)

  init() {
    Thread.detachNewThread { [self] in
      while true {
        wake.wait()
        let next = work.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        next?()
      }
    }
  }

  func run(_ body: @escaping @Sendable () throws -> Void) throws {
    let done = DispatchSemaphore(value: 0)
    let failure = Mutex<(any Error)?>(nil)
    work.withLock {
      $0.append {
        do { try body() } catch { failure.withLock { $0 = error } }
        done.signal()
      }
    }
    wake.signal()
    done.wait()
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
