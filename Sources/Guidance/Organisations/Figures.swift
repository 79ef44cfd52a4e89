public import Lifecycle
import Postgres

/// How many spaces an organisation has, for who follows figures: no space, person or content, and no cell below five.
public struct Figures: Sendable {
  /// Spaces of a register in a state.
  public struct Standing: Sendable, Equatable {
    /// The register's code.
    public let register: String
    /// `active`, `reactivatable` or `closed`: of others staff know nothing.
    public let state: State
    /// Rounded down to a multiple of five.
    public let spaces: Int
  }

  /// Spaces of a register that were opened in a month and that staff still see.
  public struct Month: Sendable, Equatable {
    /// The register's code.
    public let register: String
    /// The month's first day.
    public let month: CivilDate
    /// Rounded down to a multiple of five.
    public let spaces: Int
  }

  /// When this was so.
  public let now: Instant
  /// By register and state.
  public let standings: [Standing]
  /// By register and month.
  public let months: [Month]
}

extension GuidanceStore {
  /// An organisation's figures, for its supervisors and admins.
  ///
  /// Archived, restricted and erased spaces are in none: staff know nothing of them. A cell of fewer than five is left
  /// out, and the others are rounded down to fives, so that no difference between cells or days speaks of one person.
  ///
  /// - Throws: `Refusal.notFound` for everybody else.
  public func figures(of organisation: ID<Organisation>, for caller: Caller) async throws -> Figures {
    _ = try await roles(of: caller, in: organisation, for: .readFigures)
    return try await service.readOnce([
      stating(caller),
      "SELECT register, state, month, spaces FROM ohjaustila.figures(\(organisation), \(zone.name))",
      "SELECT ohjaustila.instant_now()",
    ]) { rows in
      var (standings, months): ([Figures.Standing], [Figures.Month]) = ([], [])
      for row in rows[1] {
        let (register, spaces): (String, Int) = try (row.get(0), row.get(3))
        if let state = try row.get(1, as: String?.self).flatMap(State.init) {
          standings.append(.init(register: register, state: state, spaces: spaces))
        } else if let month = try row.get(2, as: CivilDate?.self) {
          months.append(.init(register: register, month: month, spaces: spaces))
        }
      }
      return Figures(now: try rows[2].exactlyOne().get(0), standings: standings, months: months)
    }
  }
}
