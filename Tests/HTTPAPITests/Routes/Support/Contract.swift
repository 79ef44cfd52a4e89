import Foundation
import TestSupport

/// openapi.yaml as tests read it: by its lines, since its layout is fixed (paths at two spaces, methods at four).
struct Contract {
  /// Method, path and operation of everything described.
  let operations: [(method: String, path: String, operation: String)]
  /// The `x-access` of each operation that has one.
  let access: [String: String]

  static func text() throws -> String {
    try String(contentsOf: TestInstallation.repository.appending(path: "openapi.yaml"), encoding: .utf8)
  }

  init() throws {
    let methods: Set<Substring> = ["get", "put", "post", "delete", "patch", "head", "options"]
    var (path, method) = ("", "")
    var operations: [(String, String, String)] = []
    var access: [String: String] = [:]
    var isInPaths = false
    for line in try Self.text().split(separator: "\n") {
      if line.first.map({ $0 != " " && $0 != "#" }) == true { isInPaths = line == "paths:" }
      guard isInPaths else { continue }
      let word = line.drop { $0 == " " }
      let indent = word.startIndex.utf16Offset(in: line) - line.startIndex.utf16Offset(in: line)
      if indent == 2, word.hasPrefix("/") { path = String(word.dropLast()) }
      if indent == 4, methods.contains(word.dropLast()) { method = word.dropLast().uppercased() }
      if indent == 6, word.hasPrefix("x-access: "), let operation = operations.last?.2 {
        access[operation] = String(word.dropFirst("x-access: ".count))
      }
      if indent == 6, word.hasPrefix("operationId: ") {
        operations.append((method, path, String(word.dropFirst("operationId: ".count))))
      }
    }
    self.operations = operations
    self.access = access
  }
}
