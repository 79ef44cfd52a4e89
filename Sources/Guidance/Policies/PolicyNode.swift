import Lifecycle
import Yams

/// A place in a policy file: knows its file, line and key, and reads itself as what it must be.
struct PolicyNode {
  let file: String
  let key: String
  let node: Yams.Node

  var line: Int { node.mark?.line ?? 1 }

  func failure(_ problem: String) -> PolicyFileError {
    PolicyFileError(file: file, line: line, key: key, problem: problem)
  }

  /// The values of a mapping that has all of `required`, any of `optional`, and nothing else.
  func mapping(_ required: [String], optional: [String] = []) throws(PolicyFileError) -> [String: PolicyNode] {
    guard case .mapping(let mapping) = node else { throw failure("expected a mapping of keys") }
    let known = required + optional
    var values: [String: PolicyNode] = [:]
    for (name, value) in mapping {
      let text = name.scalar?.string ?? "?"
      guard known.contains(text) else {
        throw PolicyNode(file: file, key: path(text), node: name)
          .failure("unknown key; known here: \(known.joined(separator: ", "))")
      }
      values[text] = PolicyNode(file: file, key: path(text), node: value)
    }
    for name in required where values[name] == nil { throw failure("the key \(name) is missing") }
    return values
  }

  /// The items of a list.
  func list() throws(PolicyFileError) -> [PolicyNode] {
    guard case .sequence(let items) = node else { throw failure("expected a list") }
    return items.enumerated().map { PolicyNode(file: file, key: "\(key)[\($0.offset)]", node: $0.element) }
  }

  private func path(_ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }
}
