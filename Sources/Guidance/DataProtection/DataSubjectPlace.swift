import Foundation
import Lifecycle

/// Where a page of a search for a person's places goes on. A space with several of them is one creation and one
/// identifier: without the place, a page that ends between them would lose the rest.
struct DataSubjectPlace: Sendable {
  let createdAt: Instant
  let space: ID<Space>
  let participant: ID<Participation>

  /// Before everything that a search finds, which is newest first.
  private static let beginning = Self(
    createdAt: .distantFuture, space: ID(UUID.greatest), participant: ID(UUID.greatest))

  private init(createdAt: Instant, space: ID<Space>, participant: ID<Participation>) {
    (self.createdAt, self.space, self.participant) = (createdAt, space, participant)
  }

  init(of found: DataSubjectSpace) {
    self.init(
      createdAt: found.space.space.createdAt, space: found.space.space.id, participant: found.participant)
  }

  /// - Throws: `Refusal.invalid` for a cursor that no search handed out.
  init(_ page: PageRequest) throws(Refusal) {
    guard let cursor = page.cursor else {
      self = Self.beginning
      return
    }
    let parts = cursor.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let place = Cursor(String(parts[0])), let participant = ID<Participation>(parts[1]) else {
      throw .invalid(field: "/cursor", rule: "is one that a search handed out")
    }
    self.init(createdAt: place.at, space: ID(place.uuid), participant: participant)
  }

  var text: String { "\(Cursor(at: createdAt, uuid: space.uuid).text)/\(participant)" }
}
