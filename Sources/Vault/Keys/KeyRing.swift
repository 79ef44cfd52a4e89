import Synchronization

/// The installation's keys: the masters that open data keys, one of which is current and wraps new ones, and the keys of
/// the blind index. They are never in the database or its backups.
///
/// Masters come and go while a ring is in use (rotation). What it was loaded from is asked again for a master that it
/// does not know, so that a process whose folder has a key already never says that it can't open.
public final class KeyRing: Sendable {
  /// For look-ups of what must not be stored plain.
  public let blindIndex: BlindIndex
  private let masters: Mutex<MasterKeys>
  private let lost = Mutex<Set<MasterKeyID>>([])
  /// The folder that the masters come from; nil for a ring that stays as it was made.
  private let source: KeyFolder?
  /// The master that the folder calls current and does not have; another takes its place until the database has said which.
  public let lostCurrent: MasterKeyID?

  /// Puts a ring together; nil when `current` is not among the masters or two have one id.
  public convenience init?(masters: [MasterKey], current: MasterKeyID, blindIndex: BlindIndex) {
    self.init(masters: masters, current: current, blindIndex: blindIndex, source: nil)
  }

  init?(
    masters: [MasterKey], current: MasterKeyID, blindIndex: BlindIndex, source: KeyFolder?,
    lostCurrent: MasterKeyID? = nil
  ) {
    guard let masters = MasterKeys(masters, current: current) else { return nil }
    self.masters = Mutex(masters)
    self.blindIndex = blindIndex
    self.source = source
    self.lostCurrent = lostCurrent
  }

  /// The key folder's path; nil for keys of the environment.
  public var folder: String? { source?.path }

  private var snapshot: MasterKeys { masters.withLock { $0 } }

  /// Wraps every new key.
  public var currentMaster: MasterKeyID { snapshot.current }

  /// All masters' ids, sorted.
  public var masterIDs: [MasterKeyID] { snapshot.ids }

  /// The fingerprints of the masters: HMACs of a fixed text.
  func masterFingerprints(_ text: [UInt8]) -> [KeyFingerprint] { snapshot.fingerprints(text) }

  /// Seals `key` under the current master.
  public func wrap(_ key: DataKey) -> WrappedKey { snapshot.wrap(key) }

  /// Opens a wrapped key as that of `owner`; of another owner it does not open.
  public func unwrap(_ wrapped: WrappedKey, of owner: KeyOwner) throws(UnwrapError) -> DataKey {
    do throws(UnwrapError) {
      return try unwrapWhatIsHere(wrapped, of: owner)
    } catch {
      guard case .unknownMaster(let id) = error, lost.withLock({ $0.contains(id) }) else { throw error }
      throw .lostMaster(id)
    }
  }

  /// These are looked for no longer; one that is here all the same opens what it wrapped.
  public func giveUp(_ ids: Set<MasterKeyID>) { lost.withLock { $0 = ids } }

  private func unwrapWhatIsHere(_ wrapped: WrappedKey, of owner: KeyOwner) throws(UnwrapError) -> DataKey {
    let known = snapshot
    if !known.has(wrapped.masterID), let source, let found = try? Self.masters(in: source) {
      masters.withLock { $0.learn(found) }
      return try snapshot.unwrap(wrapped, of: owner)
    }
    return try known.unwrap(wrapped, of: owner)
  }

  /// The same data key under the current master, for rotation; nil when it already is.
  public func rewrap(_ wrapped: WrappedKey, of owner: KeyOwner) throws(UnwrapError) -> WrappedKey? {
    let current = currentMaster
    if wrapped.masterID == current { return nil }
    return wrap(try unwrap(wrapped, of: owner))
  }

  /// Makes one of the masters current; false when the ring does not have it.
  public func use(_ id: MasterKeyID) -> Bool { masters.withLock { $0.use(id) } }

  /// Reads the masters again: new ones are learned, those that are gone are let go unless still `needed`. A ring that was
  /// put together by hand or from the environment stays as it is.
  ///
  /// - Returns: the needed ones that the ring has, and its source no longer.
  @discardableResult
  public func reload(needed: Set<MasterKeyID>) throws(KeyFileError) -> Set<MasterKeyID> {
    guard let source else { return [] }
    let found = try Self.masters(in: source)
    let there = Set(found.map(\.id))
    return masters.withLock { masters in
      masters.learn(found)
      masters.keep(there.union(needed))
      return Set(masters.ids).subtracting(there)
    }
  }
}

extension KeyRing: SecretHolding {
  /// The masters' ids, the current one first; never a key.
  public var description: String {
    let masters = snapshot
    let others = masters.ids.filter { $0 != masters.current }.map(\.text)
    return "<key ring " + ([masters.current.text] + others).joined(separator: " ") + ">"
  }
}
