import Lifecycle
import Yams

extension PolicyNode {
  /// What the policy's own check found, at the line of the key it speaks of.
  func failure(_ error: PolicyError) -> PolicyFileError {
    let key = error.key
    let line = find(key.split(separator: ".").map(String.init))?.mark?.line ?? line
    return PolicyFileError(file: file, line: line, key: key, problem: error.problem)
  }

  /// The node at a path of keys; an item of a list is found by its code.
  private func find(_ path: [String]) -> Yams.Node? {
    path.reduce(node) { (node: Yams.Node?, name) in
      switch node {
      case .mapping(let mapping): mapping[name] ?? node
      case .sequence(let items):
        items.last { $0.mapping?["code"]?.string == name || $0.mapping?["reason"]?.string == name }
      case .scalar, .alias, nil: node
      }
    }
  }
}
