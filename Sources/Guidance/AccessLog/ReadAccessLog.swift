import Foundation
public import Lifecycle
import Postgres

/// A look at a space as its customer sees it: without who the principal is elsewhere, and without addresses.
public struct SpaceLook: Sendable {
  /// When.
  public let at: Instant
  /// The role it was done under.
  public let role: String
  /// The place in the space of who looked; nil for an admin who is not in it.
  public let participation: ID<Participation>?
  /// The code of what was looked at.
  public let what: String
  /// The file, where it was one.
  public let file: ID<File>?
  /// `shown` or `refused`.
  public let outcome: String
  fileprivate let place: AccessPlace
}

extension GuidanceStore {
  /// Who opened a space, newest first, for its customer where the register's policy has it shown.
  ///
  /// - Throws: `Refusal.forbidden(.policy)` where it has not.
  public func accessLog(
    of space: ID<Space>, _ page: PageRequest, for caller: Caller
  ) async throws -> Page<SpaceLook> {
    let before = try AccessPlace(page)
    let looks = try await reading(
      space, by: caller, to: .readAccessLog,
      [
        """
        SELECT chain, batch, number, at, role, participant_id, what, object_id, outcome FROM ohjaustila.access_entry
        WHERE space_id = \(space) AND at <= \(before.at)
          AND (at, chain, batch, number) < (\(before.at), \(before.chain), \(before.batch), \(Int32(before.number)))
        ORDER BY at DESC, chain DESC, batch DESC, number DESC LIMIT \(page.limit + 1)
        """
      ]
    ) { access, rows in
      let policy = try self.policies.policy(register: access.space.register, version: access.space.policyVersion)
      guard policy.logs.accessLogIsShownToCustomer else { throw Refusal.forbidden(.policy) }
      return try rows[0].map(SpaceLook.init)
    }
    return Page(looks, limit: page.limit) { (look: SpaceLook) in look.place.text }
  }
}

extension SpaceLook {
  fileprivate init(_ row: Row) throws {
    var cells = row.cells
    let (chain, batch, number): (Int, Int, Int32) = try (cells.next(), cells.next(), cells.next())
    at = try cells.next()
    place = AccessPlace(at: at, chain: chain, batch: batch, number: Int(number))
    role = try cells.next()
    participation = try cells.next()
    what = try cells.next()
    file = try cells.next()
    outcome = try cells.next()
  }
}

/// A place in a list of the access log, newest first.
struct AccessPlace: Sendable {
  let at: Instant
  let chain: Int
  let batch: Int
  let number: Int

  init(at: Instant, chain: Int, batch: Int, number: Int) {
    (self.at, self.chain, self.batch, self.number) = (at, chain, batch, number)
  }

  /// Where a page goes on; before everything that is when there is none before.
  init(_ page: PageRequest) throws(Refusal) {
    guard let cursor = page.cursor else {
      self.init(at: .distantFuture, chain: 0, batch: 0, number: 0)
      return
    }
    let parts = cursor.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0, radix: 36) }
    guard cursor.utf8.count <= 60, parts.count == 4, let at = parts[0],
      Cursor.instants.contains(at), let chain = parts[1], let batch = parts[2],
      let number = parts[3].flatMap({ Int32(exactly: $0) })
    else { throw .invalid(field: "cursor", rule: "is one that a list handed out") }
    self.init(at: Instant(microseconds: at), chain: Int(chain), batch: Int(batch), number: Int(number))
  }

  var text: String {
    [at.microseconds, Int64(chain), Int64(batch), Int64(number)].map { String($0, radix: 36) }.joined(separator: ".")
  }
}
