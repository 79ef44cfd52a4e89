/// Why a wrapped key did not become a data key.
public enum UnwrapError: Error, Sendable, Hashable {
  /// Not a wrapped key, or one of a later version of the service.
  case malformed
  /// The ring does not have this master: it was destroyed, or the key folder is not this database's.
  case unknownMaster(MasterKeyID)
  /// Nobody has this master any more, and an operator has said so.
  case lostMaster(MasterKeyID)
  /// The bytes were changed, belong to another owner, or the master of this id is another one.
  case notAuthentic
}
