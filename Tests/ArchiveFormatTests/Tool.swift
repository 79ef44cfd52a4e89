import Foundation

/// Other people's programs, as judges of what this module writes.
enum Tool {
  struct Result {
    let status: Int32
    let output: String
  }

  /// Runs a program found on the path; nil when it is not installed.
  static func run(_ name: String, _ arguments: [String]) throws -> Result? {
    guard let path = find(name) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    // A C locale would make some of them show names in another encoding.
    process.environment = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Result(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
  }

  static func python(_ script: String, _ arguments: [String] = []) throws -> Result {
    guard let result = try run("python3", ["-c", script] + arguments) else { throw CocoaError(.fileNoSuchFile) }
    return result
  }

  private static func find(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
