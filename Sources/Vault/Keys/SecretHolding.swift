/// A type that holds a secret: neither printing, string interpolation, `dump` nor a debugger's mirror shows it.
public protocol SecretHolding: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension SecretHolding {
  /// As ``CustomStringConvertible/description``.
  public var debugDescription: String { description }

  /// Without children.
  public var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}
