import Foundation
import Lifecycle

/// A part of a list that a client asked for.
public struct PageRequest: Sendable {
  /// How many items, 1–200.
  public let limit: Int
  /// Where the page before ended, as it was handed out; nil for the first.
  public let cursor: String?

  /// What a page may have.
  public static let limits = 1...200
  /// What it has when nothing was asked for.
  public static let defaultLimit = 50

  /// A page of a list; the bounds are checked where it is read.
  public init(limit: Int = defaultLimit, cursor: String? = nil) {
    self.limit = limit
    self.cursor = cursor
  }

  /// Where a list ordered by creation goes on; the smallest identifier when it begins.
  func position<Subject>(as _: Subject.Type) throws(Refusal) -> (at: Instant?, id: ID<Subject>) {
    guard let cursor else { return (nil, ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))) }
    guard let position = Cursor(cursor) else { throw .invalid(field: "cursor", rule: "is one that a list handed out") }
    return (position.at, ID(position.uuid))
  }

  /// Where a list ordered by number goes on: after this one.
  func number() throws(Refusal) -> Int {
    guard let cursor else { return 0 }
    guard cursor.utf8.count <= 18, let number = Int(cursor), number >= 0 else {
      throw .invalid(field: "cursor", rule: "is one that a list handed out")
    }
    return number
  }
}

/// A part of a list.
public struct Page<Item: Sendable>: Sendable {
  /// At most as many as were asked for.
  public let items: [Item]
  /// What to ask for next; nil at the end.
  public let nextCursor: String?

  /// Takes one item more than the limit when there is a next page.
  init(_ items: [Item], limit: Int, cursor: (Item) -> Cursor) {
    self.init(items, limit: limit, next: { cursor($0).text })
  }

  init(_ items: [Item], limit: Int, next: (Item) -> String) {
    self.items = Array(items.prefix(limit))
    nextCursor = items.count > limit ? self.items.last.map(next) : nil
  }
}

/// A place in a list ordered by creation and identifier.
struct Cursor {
  let at: Instant
  let uuid: UUID

  /// The years 1 to 9999: what a list may have handed out, and what PostgreSQL can hold.
  static let instants: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

  init(at: Instant, uuid: UUID) {
    self.at = at
    self.uuid = uuid
  }

  init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 60, let microseconds = Int64(parts[0], radix: 36),
      Self.instants.contains(microseconds), let id = ID<Cursor>(parts[1])
    else { return nil }
    self.init(at: Instant(microseconds: microseconds), uuid: id.uuid)
  }

  var text: String { "\(String(at.microseconds, radix: 36)).\(ID<Cursor>(uuid))" }
}
