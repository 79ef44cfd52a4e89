import Crypto

extension ArchiveKeys {
  /// The keys of a folder: `archive-ID.key` each, and `archive-current`, which names the one that signs.
  ///
  /// When `creating`, a key is made where there is none (the first start); when not, ``KeyFileError/noKeys(path:)``. With
  /// a database that knows keys already it should not create: a new one would hide that the old one is lost.
  public static func load(folder path: String, creating: Bool) throws(KeyFileError) -> ArchiveKeys {
    let folder = try KeyFolder(path, creating: creating)
    let current = try currentKey(in: folder, creating: creating)
    guard let keys = ArchiveKeys(try all(in: folder), current: current) else { throw .missingArchiveKey(current) }
    return keys
  }

  /// Makes a new key and has it sign from the next start on. Makes the folder where there is none.
  public static func rotate(in path: String) throws(KeyFileError) -> ArchiveKeyID {
    let folder = try KeyFolder(path, creating: true)
    return try folder.exclusively { () throws(KeyFileError) in
      let id = try newKey(in: folder)
      try folder.replace(currentName, by: encode(id))
      return id
    }
  }

  private static let prefix = "archive-"
  private static let currentName = "archive-current"

  /// One line, `ohjaustila-archive-current 1 <id>`.
  private static func encode(_ id: ArchiveKeyID) -> [UInt8] { Array("ohjaustila-archive-current 1 \(id)\n".utf8) }

  private static func decode(_ bytes: [UInt8], in folder: KeyFolder) throws(KeyFileError) -> ArchiveKeyID {
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 3, words[0] == "ohjaustila-archive-current", words[1] == "1",
      let id = ArchiveKeyID(String(words[2]))
    else { throw .malformed(path: folder.path + "/" + currentName) }
    return id
  }

  private static func currentKey(in folder: KeyFolder, creating: Bool) throws(KeyFileError) -> ArchiveKeyID {
    if let bytes = try folder.read(currentName) { return try decode(bytes, in: folder) }
    guard creating else { throw .noKeys(path: folder.path) }
    // As with the masters: one process makes the key, and the key comes before its name.
    return try folder.exclusively { () throws(KeyFileError) in
      if let bytes = try folder.read(currentName) { return try decode(bytes, in: folder) }
      let key = try newKey(in: folder)
      _ = try folder.publish(encode(key), as: currentName)
      return key
    }
  }

  private static func newKey(in folder: KeyFolder) throws(KeyFileError) -> ArchiveKeyID {
    let seed = SymmetricKey(size: .bits256)
    guard let key = ArchiveSigningKey(seed: seed) else { preconditionFailure("any 256 bits are a key") }
    let name = prefix + key.id.text
    _ = try folder.publish(KeyFile.encode(seed, name: name), as: name + ".key")
    return key.id
  }

  private static func all(in folder: KeyFolder) throws(KeyFileError) -> [ArchiveSigningKey] {
    var keys: [ArchiveSigningKey] = []
    for name in try folder.names() where name.hasPrefix(prefix) {
      // nil: an operator has just removed it.
      guard let seed = try folder.key(named: name) else { continue }
      guard let key = ArchiveSigningKey(seed: seed), prefix + key.id.text == name else {
        throw .malformed(path: folder.path + "/" + name + ".key")
      }
      keys.append(key)
    }
    return keys
  }
}
