/// Why a file is no policy: names the file, the line and the key.
public struct PolicyFileError: Error, Hashable, CustomStringConvertible {
  /// The file as it was named.
  public let file: String
  /// The line, from 1; 0 when the file could not be read at all.
  public let line: Int
  /// The path of the key, such as `stages.archive.period` or `notices[2].code`; empty for the whole file.
  public let key: String
  /// What is wrong.
  public let problem: String

  /// One line for people, in the form that editors jump to.
  public var description: String { "\(file):\(line): \(key.isEmpty ? "" : key + ": ")\(problem)" }
}
