import Crypto
import Foundation
import Testing

/// Python as the judge of what this service writes.
enum Python {
  /// Runs a script on a file with the given bytes and returns what it printed, without the line's end.
  static func run(_ script: String, on bytes: [UInt8]) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "ohjaustila-\(UUID()).zip")
    try Data(bytes).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script, file.path]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(text)")
    return text.trimmingCharacters(in: .newlines)
  }
}

/// Bytes as hexadecimal digits.
enum Hash {
  /// SHA-256 of the bytes.
  static func hex(_ bytes: [UInt8]) -> String { digits(Array(SHA256.hash(data: bytes))) }

  /// The bytes themselves.
  static func digits(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }
}
