/// The installation's keys for signing archives: one signs, the others are kept so that a copy of the service which was
/// started before a rotation is known not to be a stranger. They are never in the database, whose copy of the public
/// halves outlives them.
public struct ArchiveKeys: Sendable {
  /// Signs.
  public let current: ArchiveSigningKey
  private let keys: [ArchiveKeyID: ArchiveSigningKey]

  /// Puts the keys together; nil when `current` is not among them or two are the same.
  init?(_ all: [ArchiveSigningKey], current: ArchiveKeyID) {
    var keys: [ArchiveKeyID: ArchiveSigningKey] = [:]
    for key in all {
      guard keys.updateValue(key, forKey: key.id) == nil else { return nil }
    }
    guard let signing = keys[current] else { return nil }
    self.keys = keys
    self.current = signing
  }

  /// All ids, sorted.
  public var ids: [ArchiveKeyID] { keys.keys.sorted { $0.text < $1.text } }
}

extension ArchiveKeys: SecretHolding {
  /// The ids, the current one first; never a key.
  public var description: String {
    "<archive keys " + ([current.id] + ids.filter { $0 != current.id }).map(\.text).joined(separator: " ") + ">"
  }
}
