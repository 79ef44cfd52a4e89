import Foundation

/// A path in the temporary folder that is removed afterwards.
func withTemporaryFile<Value>(_ suffix: String, _ body: (String) throws -> Value) rethrows -> Value {
  let path = NSTemporaryDirectory() + "ohjaustila-" + UUID().uuidString + suffix
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}
