/// Puts a letter and its marks together where Unicode has the pair as one scalar (what NFC does), so that a name typed
/// on a Mac looks and searches the same on Windows. The standard library has no public normalisation.
enum Composition {
  /// Composed scalars of the Latin, Greek and Cyrillic blocks, found by canonical equivalence, which is what Swift's
  /// `==` and hash of `Character` mean.
  private static let composed: [Character: Unicode.Scalar] = {
    let blocks: [ClosedRange<UInt32>] = [0xC0...0x24F, 0x370...0x52F, 0x1E00...0x1FFF]
    var table: [Character: Unicode.Scalar] = [:]
    for value in blocks.joined() {
      guard let scalar = Unicode.Scalar(value), table[Character(scalar)] == nil else { continue }
      table[Character(scalar)] = scalar
    }
    return table
  }()

  /// The scalars to write for `character`: one where there is one, else as they are.
  static func compose(_ character: Character) -> [Unicode.Scalar] {
    let scalars = Array(character.unicodeScalars)
    guard scalars.count > 1, let single = composed[character] else { return scalars }
    return [single]
  }
}
