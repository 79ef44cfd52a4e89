public import Lifecycle
public import Logging
public import Postgres
import Synchronization
public import Vault

/// The guidance spaces of one installation: every use case is a method of it, grouped by concern in this module's folders.
///
/// It holds no state that matters: several copies of the service may use one database at once.
public final class GuidanceStore: Sendable {
  /// Connections that log in as the service: everything a caller does, under row-level security.
  let service: Database
  /// Connections that log in as the scheduler: crossings, notices, destruction.
  let scheduler: Database
  /// Connections that log in as the data protection officer: envelopes and journals of their organisation, and decisions.
  let dpo: Database
  let keys: KeyRing
  /// What archives are signed with.
  let archiveKeys: ArchiveKeys
  /// Masters that something may be wrapped under and that are not here, as last looked for.
  let missingMasters = Mutex<[MasterKeyID]>([])
  /// Whether the database refused to be written when this copy last tried: it does every two seconds.
  let isReadOnly = Mutex(false)
  /// The policies of this installation.
  public let policies: Policies
  let zone: CivilZone
  /// What is erased stands there, outside the database; without one nothing is ever erased.
  let ledger: ErasureLedger?
  /// The one clock.
  public let clock: GuidanceClock
  /// The limits of this installation.
  public let options: Options
  let logger: Logger
  let callers = CallerCache()
  /// Who looked at what, through this copy.
  let accesses: AccessLog
  /// What is being sent in this copy.
  let transfers = TransferWatch()
  /// What was just sent of archives, through this copy.
  let downloads: DownloadTally
  /// Who listens to which space in this copy.
  let events: EventHub
  /// Two looks of event streams at a time: the other connections are for requests.
  let eventReads = TurnTaking(places: 2)
  /// Sweeps of this process take turns: whoever asks for one finds everything done when it ends.
  let sweeps = TurnTaking()
  /// What they have done, for metrics.
  let sweepTotals = Mutex(SweepTotals())

  /// Limits an installation may set.
  public struct Options: Sendable {
    /// Largest file, in bytes.
    public var maximumFileSize: Int
    /// How much one space may hold.
    public var space = SpaceLimits()
    /// How long an invitation's code is good for.
    public var invitationLifetime: Duration
    /// An upload that was not finished by then is cleaned up.
    public var uploadLifetime: Duration
    /// Uploads that one caller may have under way, in all their spaces.
    public var openUploads = 20
    /// How long an upload is its last request's, when nothing more is heard of that: of a process that was killed, or a
    /// client whose network has changed. Clients come again for about nine seconds before they give up (tus-js-client).
    public var uploadLease: Duration = .seconds(5)
    /// How long an upload in one request is kept, with its room, when nothing more is heard of its process. Said three
    /// times as often.
    public var postLease: Duration = .seconds(30)
    /// Whether files wait in quarantine until a virus scanner has found them clean.
    public var scansFiles = false
    /// Most erasures in a day before somebody is asked.
    public var erasureLimit = ErasureLimit()
    /// How long looks at envelopes, and customers' looks, may wait to be written: what a crash may lose of them.
    public var accessLogWindow: Duration
    /// How long a link to an archive opens it.
    public var archiveLinkLifetime = Duration.seconds(3600)
    /// Links to a space's archive that a customer may have at a time.
    public var archiveLinks = 5
    /// What event streams may cost.
    public var events = EventLimits()

    /// Limits; the defaults are those of the contract.
    public init(
      maximumFileSize: Int = 1 << 30, invitationLifetime: Duration = .seconds(30 * 86_400),
      uploadLifetime: Duration = .seconds(86_400), accessLogWindow: Duration = .milliseconds(200)
    ) {
      self.maximumFileSize = maximumFileSize
      self.invitationLifetime = invitationLifetime
      self.uploadLifetime = uploadLifetime
      self.accessLogWindow = accessLogWindow
    }
  }

  /// Puts an installation together. Nothing is connected to yet; `checkDatabase` comes before the first request.
  public init(
    service: Database, scheduler: Database, dpo: Database, keys: KeyRing, archiveKeys: ArchiveKeys,
    policies: Policies, zone: CivilZone, ledger: ErasureLedger? = nil, clock: GuidanceClock,
    options: Options = Options(), logger: Logger
  ) {
    self.service = service
    self.scheduler = scheduler
    self.dpo = dpo
    self.keys = keys
    self.archiveKeys = archiveKeys
    self.policies = policies
    self.zone = zone
    self.ledger = ledger
    self.clock = clock
    self.options = options
    self.logger = logger
    accesses = AccessLog(database: service, window: options.accessLogWindow, logger: logger)
    downloads = DownloadTally(window: options.accessLogWindow)
    events = EventHub(limits: options.events)
  }

  /// Writes what is still to be written; to be called when no request is being answered any more, before the databases
  /// are shut down.
  public func close() async {
    await downloads.flush()
    await accesses.close()
  }

  /// Opens the key of a space that a caller reaches.
  ///
  /// - Throws: `Refusal.notFound` for who sees only the envelope; what the vault says of a damaged key.
  func cipher(of access: SpaceAccess) throws -> SpaceCipher {
    guard let secret = access.secret else { throw Refusal.notFound }
    return SpaceCipher(try keys.unwrap(WrappedKey(bytes: secret.wrappedKey), of: .space(access.space.id.uuid)))
  }

  /// Makes a request key fit for the database.
  func idempotency(_ request: RequestKey, of caller: Caller) -> Idempotency {
    let identity = caller.identity
    let scope = [identity.issuer, identity.subject, request.method, request.path, request.key]
    // The body may be any bytes, and a keyed hash takes text.
    let body = Hexadecimal.encode(RunningDigest.sha256(request.body))
    return Idempotency(
      scope: keys.blindIndex.digest(scope.map { "\($0.utf8.count):\($0)" }.joined(), kind: .request),
      body: keys.blindIndex.digest(body, kind: .request))
  }
}
