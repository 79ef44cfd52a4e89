public import Vault

/// What a rotation did.
public struct RotationReport: Sendable, Equatable {
  /// The master that wraps everything now.
  public internal(set) var master: MasterKeyID
  /// Whether an earlier rotation was only finished, and no new master made.
  public internal(set) var isFinishing = false
  /// Keys wrapped anew.
  public internal(set) var rewrapped = 0
  /// Keys that nothing opens any more: they stay under their master.
  public internal(set) var damaged = 0
  /// Masters that wrap nothing any more, and may be destroyed.
  public internal(set) var retired: [MasterKeyID] = []
  /// Keys that stand under other masters all the same: damaged ones, and others that the same once more takes.
  public internal(set) var left = 0

  /// A report as it is put together.
  public init(
    master: MasterKeyID, isFinishing: Bool = false, rewrapped: Int = 0, damaged: Int = 0, retired: [MasterKeyID] = [],
    left: Int = 0
  ) {
    self.master = master
    self.isFinishing = isFinishing
    self.rewrapped = rewrapped
    self.damaged = damaged
    self.retired = retired
    self.left = left
  }
}

/// How far a rotation is.
public enum RotationProgress: Sendable, Equatable {
  /// These copies do not have the master yet.
  case copiesBehind(MasterKeyID, names: [String])
  /// The master wraps what is new.
  case activated(MasterKeyID)
  /// So many keys of so many are wrapped anew.
  case rewrapped(Int, of: Int)
  /// These copies do not use the master yet.
  case copiesWrapOtherwise(MasterKeyID, names: [String])
}

/// Why a rotation did not come about. Nothing is wrapped otherwise than before.
public enum RotationObstacle: Error, Sendable, Equatable, CustomStringConvertible {
  /// The keys are in the environment, and there is no new one among them.
  case noNewMaster
  /// An earlier rotation announced a master that is not here.
  case announcedElsewhere(MasterKeyID)
  /// A running copy does not have the new master, and time is up.
  case copiesBehind(MasterKeyID, names: [String])
  /// A key that was known under another name.
  case knownKey(MasterKeyID, as: String)
  /// Another rotation came between.
  case overtaken

  /// One sentence, and what to do about it.
  public var description: String {
    switch self {
    case .noNewMaster:
      "there is no new master among the keys of \(KeyRing.mastersVariable): put what ohjaustila keys new prints "
        + "before or behind those there are, for every copy, restart them, and rotate again"
    case .announcedElsewhere(let id):
      "the master key \(id) was announced and is not here: bring master-\(id).key into this key folder, "
        + "or give it up with ohjaustila keys destroy \(id)"
    case .copiesBehind(let id, let names):
      "these copies of the service do not have the master key \(id): \(names.joined(separator: ", ")); "
        + "bring it to them and rotate again, or give it up with ohjaustila keys destroy \(id)"
    case .knownKey(let id, let name):
      "the master key \(id) is the key that was called \(name): a new one has to be random"
    case .overtaken: "another rotation came between; look at ohjaustila keys list"
    }
  }
}
