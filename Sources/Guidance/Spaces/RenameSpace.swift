import Lifecycle
import Postgres

extension GuidanceStore {
  /// Changes a space's title, topics or language.
  ///
  /// - Parameters: what is nil stays as it is.
  public func change(
    _ id: ID<Space>, title: String?, topics: [String]?, language: Language?, by caller: Caller,
    ifMatch expected: String? = nil
  ) async throws -> SpaceView {
    try Refusal.check(title, field: "/title")
    for topic in topics ?? [] { try Refusal.check(topic, field: "/topics") }
    try await change(id, by: caller, to: .rename, ifMatch: expected) { change in
      if let title {
        let sealed = Bytea(try change.cipher().seal(title, .title(id)))
        try change.enqueueUpdatingOne("UPDATE ohjaustila.space_secret SET title = \(sealed) WHERE space_id = \(id)")
      }
      try change.journal("spaceChanged")
      change.rename(topics: topics, language: language)
    }
    return try await space(id, for: caller)
  }
}
