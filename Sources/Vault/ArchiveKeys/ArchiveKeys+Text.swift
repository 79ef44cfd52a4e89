import Crypto

extension ArchiveKeys {
  /// Holds the keys, `id:base64` each, the one that signs first.
  public static let variable = "OHJAUSTILA_ARCHIVE_KEYS"

  /// The keys of this environment variable; nil when it is not set.
  public static func environment(_ variables: [String: String]) throws(KeyTextError) -> ArchiveKeys? {
    guard let text = variables[variable] else { return nil }
    return try parse(text)
  }

  /// Reads keys from text: items `id:base64` with commas, spaces or line ends between them, the first of which signs. An
  /// id that is not its key's is refused: the two were mixed up.
  public static func parse(_ text: String) throws(KeyTextError) -> ArchiveKeys {
    var keys: [ArchiveSigningKey] = []
    for (place, item) in try KeyRing.items(text).enumerated() {
      guard let key = ArchiveSigningKey(seed: item.key), key.id.text == item.id else { throw .malformed(item: place) }
      guard !keys.contains(where: { $0.id == key.id }) else { throw .duplicate(id: item.id) }
      keys.append(key)
    }
    guard let ring = ArchiveKeys(keys, current: keys[0].id) else { throw .empty }
    return ring
  }

  /// The text of a new random key, for ``variable``.
  public static func newItem() -> String {
    let seed = SymmetricKey(size: .bits256)
    guard let key = ArchiveSigningKey(seed: seed) else { preconditionFailure("any 256 bits are a key") }
    return "\(key.id):\(KeyText.encode(seed))"
  }
}
