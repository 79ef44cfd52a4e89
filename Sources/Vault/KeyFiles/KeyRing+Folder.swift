import Crypto

extension KeyRing {
  /// The ring of a folder: `master-ID.key` each, `index-VERSION.key` each, and `current`, which names a master.
  ///
  /// When `creating`, keys that are not there are made (the first start); when not, ``KeyFileError/noKeys(path:)``. A
  /// service that has data already should not create: new keys open nothing. There the database says which master is
  /// current, and a file `current` that names one that is gone stops nothing (``lostCurrent``) while another is there.
  public static func load(folder path: String, creating: Bool = true) throws(KeyFileError) -> KeyRing {
    let folder = try KeyFolder(path, creating: creating)
    let current = try currentMaster(in: folder, creating: creating)
    let index = try indexKeys(in: folder, creating: creating)
    let masters = try masters(in: folder)
    guard let blindIndex = BlindIndex(keys: index) else { throw .noKeys(path: path) }
    if let ring = KeyRing(masters: masters, current: current, blindIndex: blindIndex, source: folder) { return ring }
    guard !creating, let other = masters.map(\.id).min(by: { $0.text < $1.text }),
      let ring = KeyRing(
        masters: masters, current: other, blindIndex: blindIndex, source: folder, lostCurrent: current)
    else { throw .missingMaster(current) }
    return ring
  }

  /// Makes a new master, which nothing is wrapped under until it is made current.
  public static func makeMaster(in path: String) throws(KeyFileError) -> MasterKeyID {
    try newMaster(in: KeyFolder(path, creating: false))
  }

  /// Has the folder name another master as current, for a database that has none yet: where there is one, it says which
  /// master is current.
  public static func makeCurrent(_ id: MasterKeyID, in path: String) throws(KeyFileError) {
    let folder = try KeyFolder(path, creating: false)
    try folder.exclusively { () throws(KeyFileError) in
      guard try folder.key(named: masterPrefix + id.text) != nil else { throw .missingMaster(id) }
      guard try currentMaster(in: folder, creating: false) != id else { return }
      try folder.replace("current", by: CurrentMaster.encode(id))
    }
  }

  /// Writes over a retired master's file and removes it; what it alone opens is gone. The current one is refused.
  ///
  /// - Returns: false when there is no such file.
  @discardableResult
  public static func destroyMaster(_ id: MasterKeyID, in path: String) throws(KeyFileError) -> Bool {
    let folder = try KeyFolder(path, creating: false)
    return try folder.exclusively { () throws(KeyFileError) in
      guard try currentMaster(in: folder, creating: false) != id else { throw .isCurrent(id) }
      try folder.sweepDestroyed()
      guard try folder.key(named: masterPrefix + id.text) != nil else { return false }
      try folder.destroy(named: masterPrefix + id.text)
      return true
    }
  }

  private static let masterPrefix = "master-"
  private static let indexPrefix = "index-"

  private static func currentMaster(in folder: KeyFolder, creating: Bool) throws(KeyFileError) -> MasterKeyID {
    if let bytes = try folder.read("current") { return try CurrentMaster.decode(bytes, in: folder) }
    guard creating else { throw .noKeys(path: folder.path) }
    // Of several processes at their first start one makes the key. None makes one and takes it back: another may have
    // loaded it meanwhile and told the database, which would ask for it for ever.
    return try folder.exclusively { () throws(KeyFileError) in
      if let bytes = try folder.read("current") { return try CurrentMaster.decode(bytes, in: folder) }
      // The key first, then its name: `current` never names what is not there.
      let master = try newMaster(in: folder)
      _ = try folder.publish(CurrentMaster.encode(master), as: "current")
      return master
    }
  }

  private static func newMaster(in folder: KeyFolder) throws(KeyFileError) -> MasterKeyID {
    let id = MasterKeyID.random()
    _ = try folder.keyOrNew(named: masterPrefix + id.text)
    return id
  }

  private static func indexKeys(
    in folder: KeyFolder, creating: Bool
  ) throws(KeyFileError) -> [UInt16: SymmetricKey] {
    if creating { _ = try folder.keyOrNew(named: indexPrefix + "1") }
    var keys: [UInt16: SymmetricKey] = [:]
    for name in try folder.names() where name.hasPrefix(indexPrefix) {
      let number = name.dropFirst(indexPrefix.count)
      guard let version = UInt16(number), version > 0 else { throw .malformed(path: folder.path + "/" + name) }
      if let key = try folder.key(named: name) { keys[version] = key }
    }
    return keys
  }

  /// The masters that are here now.
  static func masters(in folder: KeyFolder) throws(KeyFileError) -> [MasterKey] {
    var masters: [MasterKey] = []
    for name in try folder.names() where name.hasPrefix(masterPrefix) {
      guard let id = MasterKeyID(String(name.dropFirst(masterPrefix.count))) else {
        throw .malformed(path: folder.path + "/" + name)
      }
      // nil: it has just been destroyed.
      if let key = try folder.key(named: name), let master = MasterKey(id: id, key: key) { masters.append(master) }
    }
    return masters
  }
}
