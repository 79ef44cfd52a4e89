import Foundation

/// A user name and password for AUTH PLAIN or LOGIN. Shows neither.
public struct SMTPCredentials: Hashable, Sendable {
  let username: String
  let password: String

  /// A name, and the password that is a file's only line.
  public init(username: String, passwordFile: String) throws(SMTPConfigurationError) {
    let content: String
    do {
      content = try String(contentsOf: URL(filePath: passwordFile), encoding: .utf8)
    } catch {
      throw .unreadablePasswordFile(path: passwordFile)
    }
    let ending = content.hasSuffix("\r\n") || content.hasSuffix("\n") ? 1 : 0  // CR LF is one character
    try self.init(username: username, password: String(content.dropLast(ending)))
  }

  /// A name and a password.
  public init(username: String, password: String) throws(SMTPConfigurationError) {
    guard [username, password].allSatisfy({ 1...1024 ~= $0.utf8.count && !Syntax.hasControls($0) }) else {
      throw .malformedCredentials
    }
    self.username = username
    self.password = password
  }
}

extension SMTPCredentials: CustomStringConvertible, CustomReflectable {
  /// Says only that there are some.
  public var description: String { "SMTP credentials" }

  /// Empty, so that dumps of a configuration stay harmless.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
