import Crypto

extension KeyRing {
  /// Holds the masters, `id:base64` each, the current one first.
  public static let mastersVariable = "OHJAUSTILA_MASTER_KEYS"
  /// Holds the index keys, `version:base64` each, the highest version being current.
  public static let indexVariable = "OHJAUSTILA_INDEX_KEYS"

  /// The ring of these environment variables; nil when neither is set.
  public static func environment(_ variables: [String: String]) throws(KeyTextError) -> KeyRing? {
    switch (variables[mastersVariable], variables[indexVariable]) {
    case (nil, nil): return nil
    case (nil, _?): throw .missing(variable: mastersVariable)
    case (_?, nil): throw .missing(variable: indexVariable)
    case (let masters?, let index?): return try parse(masters: masters, index: index)
    }
  }

  /// Reads keys from text: items `id:base64` with commas, spaces or line ends between them; 32 bytes a key. The first
  /// master is current; of the index keys, whose ids are numbers 1–65535, the highest.
  public static func parse(masters: String, index: String) throws(KeyTextError) -> KeyRing {
    var masterKeys: [MasterKey] = []
    for (place, item) in try items(masters).enumerated() {
      guard let id = MasterKeyID(item.id), let key = MasterKey(id: id, key: item.key) else {
        throw .malformed(item: place)
      }
      guard !masterKeys.contains(where: { $0.id == id }) else { throw .duplicate(id: item.id) }
      masterKeys.append(key)
    }
    var indexKeys: [UInt16: SymmetricKey] = [:]
    for (place, item) in try items(index).enumerated() {
      guard let version = UInt16(item.id), version > 0 else { throw .malformed(item: place) }
      guard indexKeys.updateValue(item.key, forKey: version) == nil else { throw .duplicate(id: item.id) }
    }
    guard let blindIndex = BlindIndex(keys: indexKeys),
      let ring = KeyRing(masters: masterKeys, current: masterKeys[0].id, blindIndex: blindIndex)
    else { throw .empty }
    return ring
  }

  /// The items of a text of keys; never none.
  static func items(_ text: String) throws(KeyTextError) -> [(id: String, key: SymmetricKey)] {
    var result: [(id: String, key: SymmetricKey)] = []
    for (place, item) in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).enumerated() {
      let parts = item.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let key = KeyText.decode(String(parts[1])) else { throw .malformed(item: place) }
      result.append((String(parts[0]), key))
    }
    guard !result.isEmpty else { throw .empty }
    return result
  }
}
