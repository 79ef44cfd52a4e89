public import Lifecycle

/// Why there is no such time zone.
public enum ZoneFileError: Error, Hashable, CustomStringConvertible {
  /// No name of a zone.
  case badName(String)
  /// The file is missing, too large or may not be read.
  case unreadable(String)
  /// The file is no compiled zone.
  case malformed(String, ZoneError)

  /// One line for people.
  public var description: String {
    switch self {
    case .badName(let name): "\"\(name.prefix(64))\" is no name of a time zone"
    case .unreadable(let path): "\(path): cannot be read as a time zone; is tzdata installed?"
    case .malformed(let path, let error): "\(path): no compiled time zone: \(error)"
    }
  }
}
