/// A text that equals another only when every byte does.
///
/// Swift's `String` takes canonically equivalent texts for equal: `Å` for `A` with a ring, the Kelvin sign for `K`.
/// PostgreSQL and keyed hashes do not. Whatever says who somebody is must be compared as those do, or one subject could
/// pass for another.
public struct ExactText: Hashable, Sendable {
  private let bytes: [UInt8]

  /// The UTF-8 of a text.
  public init(_ text: some StringProtocol) {
    bytes = Array(text.utf8)
  }
}
