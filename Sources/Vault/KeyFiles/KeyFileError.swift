/// Why keys could not be read from, or made in, their folder. Never holds a key.
public enum KeyFileError: Error, Sendable, Hashable {
  /// A call of the system failed.
  case system(operation: String, path: String, errno: Int32)
  /// Group or others may read a key file, or write to the folder: `chmod go-rwx` it, and think of the keys as known.
  case tooOpen(path: String, mode: UInt32)
  /// The file belongs to another user than the one the service runs as.
  case wrongOwner(path: String, uid: UInt32)
  /// Not a plain file (a link, a device, a folder).
  case notAFile(path: String)
  /// Not a key file of this format, or its content names another key than the file's name does.
  case malformed(path: String)
  /// There are no keys here and none were to be made.
  case noKeys(path: String)
  /// `current` names a master that has no file.
  case missingMaster(MasterKeyID)
  /// `archive-current` names a key that has no file.
  case missingArchiveKey(ArchiveKeyID)
  /// The current master cannot be destroyed: rotate first.
  case isCurrent(MasterKeyID)
}

extension KeyFileError: CustomStringConvertible {
  /// One sentence for the log of a start that failed.
  public var description: String {
    switch self {
    case .system(let operation, let path, let errno): "\(operation) of \(path) failed with errno \(errno)"
    case .tooOpen(let path, let mode):
      "\(path) has mode \(String(mode, radix: 8)): others may read keys; chmod go-rwx it, and think of the keys as known"
    case .wrongOwner(let path, let uid): "\(path) belongs to user \(uid), not to the service's"
    case .notAFile(let path): "\(path) is not a plain file"
    case .malformed(let path): "\(path) is not a key file, or holds another key than its name says"
    case .noKeys(let path): "there are no keys in \(path), and a database that is sealed under keys gets no new ones"
    case .missingMaster(let id): "the current master key \(id) has no file"
    case .missingArchiveKey(let id): "the current key for signing archives, \(id), has no file"
    case .isCurrent(let id): "the master key \(id) is the one that `current` names: rotate first"
    }
  }
}
