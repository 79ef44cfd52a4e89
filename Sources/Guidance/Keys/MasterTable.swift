import Postgres
import Vault

/// The masters that live, as the database knows them.
struct MasterTable: Sendable {
  private let stages: [MasterKeyID: MasterStage]

  static let selection: Query = "SELECT id, stage FROM ohjaustila.master_key"

  init(_ rows: Rows) throws {
    let pairs = try rows.map { row in
      (try MasterKeyID(stored: row.get(0)), try row.get(1, as: MasterStage.self))
    }
    stages = Dictionary(uniqueKeysWithValues: pairs)
  }

  subscript(id: MasterKeyID) -> MasterStage? { stages[id] }

  /// Nil before the first start, and after a migration of a database with several.
  var current: MasterKeyID? { ids(.current).first }

  /// The one that waits to become current.
  var announced: MasterKeyID? { ids(.announced).first }

  /// Sorted.
  func ids(_ wanted: MasterStage...) -> [MasterKeyID] {
    stages.filter { wanted.contains($0.value) }.keys.sorted { $0.text < $1.text }
  }

  /// Without which nobody serves.
  var needed: Set<MasterKeyID> { Set(stages.filter(\.value.isNeeded).keys) }
}

extension MasterKeyID {
  /// A name that was well-formed when it was stored.
  init(stored text: String) throws {
    guard let id = MasterKeyID(text) else { throw UnknownCode(type: "master key", code: text) }
    self = id
  }
}
