public import Postgres

/// Where a living master stands in its rotation.
public enum MasterStage: String, Sendable, CaseIterable {
  /// Not used yet: the running copies are being asked whether they have it.
  case announced
  /// Wraps what is new.
  case current
  /// May still wrap something.
  case retiring
  /// Was found to wrap nothing.
  case retired
  /// Given up: nobody has it any more, and what stands under it opens nowhere.
  case lost

  /// Whether something may be wrapped under it, so that nobody serves without it.
  var isNeeded: Bool {
    switch self {
    case .announced, .lost: false
    case .current, .retiring, .retired: true
    }
  }
}

extension MasterStage: PostgresRepresentable {}
