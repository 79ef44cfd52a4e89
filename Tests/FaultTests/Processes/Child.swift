import Foundation
import Synchronization

/// A program that a test runs beside the service, with what it wrote.
final class Child: Sendable {
  private struct State {
    var process: Process?
    var output = ""
    var status: Int32?
  }

  private let command: [String]
  private let environment: [String: String]
  private let folder: URL?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - environment: beside the test's own.
  ///   - folder: where it runs; that of the test unless said.
  init(_ command: [String], environment: [String: String] = [:], in folder: URL? = nil) {
    self.command = command
    self.environment = environment
    self.folder = folder
  }

  /// nil until it has ended.
  var status: Int32? { state.withLock { $0.status } }
  var isRunning: Bool { status == nil }
  /// Of both streams, when it has ended.
  var output: String { state.withLock { $0.output } }

  /// Runs it to its end, on a thread of its own.
  func end() async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      Thread.detachNewThread { [self] in continuation.resume(with: Result { try run() }) }
    }
  }

  private func run() throws {
    defer { state.withLock { $0.status = $0.status ?? -1 } }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command.filter { !$0.isEmpty }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = folder }
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    state.withLock { ($0.output, $0.status) = (output, process.terminationStatus) }
  }
}
