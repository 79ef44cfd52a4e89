public import Crypto

/// A folder of key files, beside the data folder: the folder of mode 0700, each file `NAME.key` of mode 0600 and of the
/// service's user. Several processes may use it at once, also at the very first start.
public struct KeyFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Opens the folder, made with those above it when `creating`. Refuses one that group or others may write to.
  public init(_ path: String, creating: Bool) throws(KeyFileError) {
    if creating { try System.makeFolder(path) }
    try System.checkFolder(path)
    self.path = path
  }

  /// The key of this name; nil when there is none. Names: letters, digits and hyphens of ASCII.
  public func key(named name: String) throws(KeyFileError) -> SymmetricKey? {
    guard let bytes = try System.readPrivate(file(name)) else { return nil }
    guard let key = KeyFile.decode(bytes, name: name) else { throw .malformed(path: file(name)) }
    return key
  }

  /// The key of this name, a new random one of 256 bits when there is none. Of several processes that ask at once, all
  /// get the same key.
  public func keyOrNew(named name: String) throws(KeyFileError) -> SymmetricKey {
    if let key = try key(named: name) { return key }
    _ = try publish(KeyFile.encode(SymmetricKey(size: .bits256), name: name), as: name + ".key")
    guard let key = try key(named: name) else { throw .noKeys(path: file(name)) }
    return key
  }

  /// Names of the keys that are here, sorted.
  public func names() throws(KeyFileError) -> [String] {
    try System.names(in: path).filter { $0.hasSuffix(".key") && !$0.hasPrefix(".") }.map { String($0.dropLast(4)) }
  }

  /// Writes over a key, then removes it. Copies elsewhere (backups, other machines) are the operator's to destroy.
  public func destroy(named name: String) throws(KeyFileError) {
    // Out of the way first: a process that lists the folder now must not read half a key.
    let doomed = path + "/" + Self.destroyedPrefix + Hexadecimal.encode(SecureRandom.bytes(8))
    try System.replace(doomed, by: file(name))
    try overwriteAndRemove(doomed)
  }

  /// Finishes destructions that were cut off.
  func sweepDestroyed() throws(KeyFileError) {
    for name in try System.names(in: path) where name.hasPrefix(Self.destroyedPrefix) {
      do throws(KeyFileError) {
        try overwriteAndRemove(path + "/" + name)
      } catch {
        // Whoever began it has just ended it.
        guard error.isMissingFile else { throw error }
      }
    }
  }

  private static let destroyedPrefix = ".destroyed-"

  private func overwriteAndRemove(_ path: String) throws(KeyFileError) {
    try System.overwrite(path)
    try System.remove(path)
    try System.syncFolder(self.path)
  }

  /// Runs a closure while nobody else makes or names keys here, in this process or another on this machine's folder. The
  /// lock ends with its holder, however that ends.
  func exclusively<Result>(_ body: () throws(KeyFileError) -> Result) throws(KeyFileError) -> Result {
    let lock = try System.lockFolder(path)
    defer { System.unlock(lock) }
    return try body()
  }

  /// A file that appears complete or not at all, and never over another; false when there was one.
  func publish(_ bytes: [UInt8], as name: String) throws(KeyFileError) -> Bool {
    let draft = try writeDraft(bytes)
    let claimed: Bool
    do throws(KeyFileError) {
      claimed = try System.claim(path + "/" + name, for: draft)
    } catch {
      try System.remove(draft)
      throw error
    }
    try System.remove(draft)
    try System.syncFolder(path)
    return claimed
  }

  /// A file that changes from its old content to the new in one step.
  func replace(_ name: String, by bytes: [UInt8]) throws(KeyFileError) {
    try System.replace(path + "/" + name, by: writeDraft(bytes))
    try System.syncFolder(path)
  }

  func read(_ name: String) throws(KeyFileError) -> [UInt8]? { try System.readPrivate(path + "/" + name) }

  private func writeDraft(_ bytes: [UInt8]) throws(KeyFileError) -> String {
    let draft = path + "/.draft-" + Hexadecimal.encode(SecureRandom.bytes(8))
    try System.writeNew(bytes, to: draft)
    return draft
  }

  private func file(_ name: String) -> String { path + "/" + name + ".key" }
}
