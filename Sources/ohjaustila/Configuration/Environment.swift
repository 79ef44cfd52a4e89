import Foundation

/// Settings from the environment. A secret may be in a file that `NAME_FILE` names, so that it is in no process's listing.
struct Environment {
  let variables: [String: String]

  init(_ variables: [String: String] = ProcessInfo.processInfo.environment) {
    self.variables = variables
  }

  /// A secret's file that can't be read.
  struct Unreadable: Error, CustomStringConvertible {
    let variable: String
    let path: String
    var description: String { "\(variable) names \(path), which can't be read" }
  }

  /// The value of `NAME`, or the content of the file that `NAME_FILE` names; nil when neither is set.
  func secret(_ name: String) throws -> String? {
    if let value = variables[name], !value.isEmpty { return value }
    guard let path = variables[name + "_FILE"], !path.isEmpty else { return nil }
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Unreadable(variable: name + "_FILE", path: path)
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
