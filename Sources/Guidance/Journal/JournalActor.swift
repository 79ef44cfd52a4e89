/// Who brought an entry about: identifiers only, never a name.
public enum JournalActor: Hashable, Sendable {
  case participant(ID<Participation>)
  /// A member of staff who is not in the space: an admin.
  case account(ID<Account>)
  case scheduler

  /// The form that is stored and hashed.
  public var code: String {
    switch self {
    case .participant(let id): "participant:\(id)"
    case .account(let id): "account:\(id)"
    case .scheduler: "scheduler"
    }
  }
}
