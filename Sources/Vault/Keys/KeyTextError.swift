/// Why a text of keys (an environment variable, a command's output) was refused. Never holds the text.
public enum KeyTextError: Error, Sendable, Hashable {
  /// One of the two variables is set and the other is not.
  case missing(variable: String)
  /// The text has no key.
  case empty
  /// The item at this place (from 0) is not `id:base64` of 32 bytes, or its id is not well-formed.
  case malformed(item: Int)
  /// Two items have one id.
  case duplicate(id: String)
}
