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
  /// The current master cannot be destroyed: rotate first.
  case isCurrent(MasterKeyID)
}
