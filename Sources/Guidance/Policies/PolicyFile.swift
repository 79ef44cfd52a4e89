import Foundation
public import Lifecycle
import Yams

/// Policies as YAML files, one a register and version.
public enum PolicyFile {
  /// No policy is longer; a bigger file is none.
  static let longestFile = 1 << 20

  /// The policy of a YAML text; `file` is the name that errors give it.
  public static func parse(_ yaml: String, file: String) throws(PolicyFileError) -> Policy {
    let root: Yams.Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch let error as YamlError {
      throw PolicyFileError(file: file, line: error.line ?? 1, key: "", problem: error.problem)
    } catch {
      throw PolicyFileError(file: file, line: 1, key: "", problem: "not YAML: \(error)")
    }
    guard let root else { throw PolicyFileError(file: file, line: 1, key: "", problem: "the file is empty") }
    return try PolicyNode(file: file, key: "", node: root).policy()
  }

  /// The policy of a file.
  public static func load(_ path: String) throws(PolicyFileError) -> Policy {
    func refused(_ problem: String) -> PolicyFileError {
      PolicyFileError(file: path, line: 0, key: "", problem: problem)
    }
    guard let bytes = FileManager.default.contents(atPath: path) else { throw refused("cannot be read") }
    guard bytes.count <= longestFile else { throw refused("is larger than 1 MiB") }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw refused("is not UTF-8") }
    return try parse(text, file: path)
  }

  /// The paths of a folder's policy files, in the order of their names.
  public static func files(in path: String) throws(PolicyFileError) -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw PolicyFileError(file: path, line: 0, key: "", problem: "cannot be read")
    }
    return names.sorted().filter { $0.hasSuffix(".yaml") && !$0.hasPrefix(".") }.map { "\(path)/\($0)" }
  }

  /// All policies of a folder (`*.yaml`, not its subfolders), by register and version. Two of the same register and
  /// version are refused, and so is a folder without any.
  public static func loadFolder(_ path: String) throws(PolicyFileError) -> [Policy] {
    func refused(_ file: String, _ problem: String) -> PolicyFileError {
      PolicyFileError(file: file, line: 0, key: "", problem: problem)
    }
    var files: [String: String] = [:]
    var policies: [Policy] = []
    for file in try Self.files(in: path) {
      let policy = try load(file)
      let identity = "\(policy.register) version \(policy.version)"
      if let other = files.updateValue(file, forKey: identity) {
        throw refused(file, "\(identity) is also in \(URL(filePath: other).lastPathComponent)")
      }
      policies.append(policy)
    }
    guard !policies.isEmpty else { throw refused(path, "has no *.yaml") }
    return policies.sorted { ($0.register, $0.version) < ($1.register, $1.version) }
  }
}
