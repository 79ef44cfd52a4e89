import Foundation
import Lifecycle
import Postgres
import Vault

/// One change of one space, between the two round trips of its transaction: the space is locked and read, what is decided
/// here is queued and goes out together with COMMIT.
///
/// Not Sendable: it lives inside the transaction's closure.
final class SpaceChange {
  let access: SpaceAccess
  let caller: Caller
  let policy: Policy
  /// Now, taken after the lock.
  let now: Instant
  let store: GuidanceStore
  private let transaction: WriteTransaction
  private var unlocked: SpaceCipher?
  /// The person that was made or found before the space was locked, where `change` was asked for one.
  let person: ID<Person>?
  // What the change leaves behind: decided by SpaceChange+Facts, written by SpaceChange+Finish.
  var life: Life
  var timeline: Timeline
  var head: JournalHead
  var journaledThrough: Instant
  var messageCount: Int
  var fileCount: Int
  var topics: [String]
  var language: Language
  var contentChanged = false
  /// A boundary or notice came due and is written with this change: how far the journal then goes must be written too.
  var hasCrossed = false
  var envelopeChanged = false
  /// Hides the space from the caller: nothing can be written behind it.
  var last: Query?
  /// What the request made; remembered under its idempotency key. The space itself unless set.
  var resource: UUID

  var space: Space { access.space }
  var state: State { timeline.state(at: now) }

  init(
    _ access: SpaceAccess, caller: Caller, person: ID<Person>?, store: GuidanceStore, transaction: WriteTransaction
  ) throws {
    self.access = access
    self.person = person
    self.caller = caller
    self.store = store
    self.transaction = transaction
    policy = try store.policies.policy(register: access.space.register, version: access.space.policyVersion)
    now = access.now
    life = access.space.life
    timeline = access.space.timeline
    head = access.space.journal
    journaledThrough = access.space.journaledThrough
    messageCount = access.space.messageCount
    fileCount = access.space.fileCount
    topics = access.space.topics
    language = access.space.language
    resource = access.space.id.uuid
  }

  /// Queues a statement whose answer is not needed.
  func enqueue(_ query: Query) throws {
    try transaction.enqueue(query)
  }

  /// Queues a statement that must change exactly one row, or nothing is committed.
  func enqueueUpdatingOne(_ query: Query) throws {
    try transaction.enqueueUpdatingExactlyOne(query)
  }

  /// Runs statements now, in a round trip of their own.
  func pipeline(_ queries: [Query]) throws -> [Rows] {
    try transaction.pipeline(queries)
  }

  /// Runs a statement now, in a round trip of its own.
  func all<T>(_ query: Query, _ decode: (Row) throws -> T) throws -> [T] {
    try transaction.all(query, decode)
  }

  /// The number of the message that is being written.
  func nextMessageNumber() -> Int {
    contentChanged = true
    messageCount += 1
    return messageCount
  }

  /// The number of the file that is being published.
  func nextFileNumber() -> Int {
    contentChanged = true
    fileCount += 1
    return fileCount
  }

  /// Feedback and titles are content too: an archive made from now on differs.
  func touchContent() {
    contentChanged = true
  }

  /// Participants and titles are part of the envelope: its version grows, and an archive made from now on differs.
  func touchEnvelope() {
    envelopeChanged = true
    contentChanged = true
  }

  /// What the envelope shows of people has changed, and no byte of an archive.
  func touchVersion() {
    envelopeChanged = true
  }

  /// What is nil stays.
  func rename(topics: [String]?, language: Language?) {
    self.topics = topics ?? self.topics
    self.language = language ?? self.language
    touchEnvelope()
  }

  /// The caller's place in the space; the permission table lets nobody without one write.
  func participation() throws -> ID<Participation> {
    guard let participation = access.participation else { throw Refusal.forbidden(.role) }
    return participation
  }

  /// What the caller writes as.
  var participantRole: SpaceRole { access.roles.first ?? .admin }

  /// The caller's own name in the space.
  func ownName() throws -> String? {
    guard let participation = access.participation else { return nil }
    return try openly { try cipher().open(access.ownName, .participantName(participation)) }
  }

  /// A customer's name from their own token, sealed, for the participant's row that has none yet.
  func sealedOwnName() throws -> Bytea? {
    guard let participation = access.participation, let name = caller.identity.name else { return nil }
    return try openly { try cipher().seal(name, .participantName(participation)) }
  }

  /// Nil where the space's key is lost: people go in and out all the same.
  private func openly<Value>(_ body: () throws -> Value?) throws -> Value? {
    do { return try body() } catch UnwrapError.lostMaster { return nil }
  }

  /// The zone whose days are counted.
  var zone: CivilZone { store.zone }

  /// Opens the space's key, once.
  func cipher() throws -> SpaceCipher {
    if let unlocked { return unlocked }
    let cipher = try store.cipher(of: access)
    unlocked = cipher
    return cipher
  }

  /// Who this change is journaled as.
  var actor: JournalActor {
    if let participation = access.participation { return .participant(participation) }
    guard case .staff(let account) = caller.principal else { return .scheduler }
    return .account(account)
  }

  /// Refuses a fact that could not be recorded now, and records nothing.
  func rehearse(_ fact: Fact) throws {
    do {
      _ = try life.recording(fact, at: now, policy: policy, zone: zone)
    } catch {
      throw Refusal(error)
    }
  }

  /// Journals something that happens now.
  func journal(_ kind: String, details: [(name: String, value: String)] = []) throws {
    try append(JournalEntry(kind, effectiveAt: now, recordedAt: now, actor: actor, details: details))
  }

  func append(_ entry: JournalEntry) throws {
    try enqueue(head.append(entry, of: space.id).insertion)
  }
}
