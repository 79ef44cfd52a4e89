import Yams

extension YamlError {
  /// The line, from 1, if the error has one.
  var line: Int? {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    case .duplicatedKeysInMapping(_, let context): context.mark.line
    case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded: nil
    @unknown default: nil
    }
  }

  /// What is wrong, in one line.
  var problem: String {
    switch self {
    case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
      "not YAML: \(problem)"
    case .duplicatedKeysInMapping(let keys, _): "given twice: \(keys.joined(separator: ", "))"
    case .no, .memory, .reader, .writer, .emitter, .representer, .dataCouldNotBeDecoded: "not YAML: \(self)"
    @unknown default: "not YAML: \(self)"
    }
  }
}
