import Lifecycle
import Postgres

/// How much one space may hold. A guidance space is letters and certificates of a few people; these are bounds against
/// somebody who fills the disk of everybody, far above what guidance comes to.
public struct SpaceLimits: Sendable, Equatable {
  /// Bytes of all its files.
  public var bytes = 20 << 30
  /// Files.
  public var files = 10_000
  /// Messages, those included whose text was removed: they keep their place.
  public var messages = 20_000

  /// The standard limits.
  public init() {}
}

/// What a space holds a limited number of.
public enum SpaceContent: String, Sendable, Equatable {
  case bytes
  case files
  case messages
}

/// What of a space's room for files is taken.
///
/// What is under way counts with what was announced of it, or else with what is stored of it, as long as its request is
/// heard of (`Options.postLease`); what waits for the virus scanner as if it were clean. A
/// refused file counts as one without bytes. What was destroyed, given up or has expired gives its room back.
public struct SpaceRoom: Sendable, Equatable {
  /// Bytes taken.
  public let usedBytes: Int
  /// Files taken.
  public let usedFiles: Int
  /// What there is.
  public let limits: SpaceLimits

  /// Asked of a space that the principal sees; all is free of any other.
  static func selection(_ space: ID<Space>) -> Query {
    "SELECT used_bytes, used_files FROM ohjaustila.used_room(\(space))"
  }

  init(_ row: Row, _ limits: SpaceLimits) throws {
    usedBytes = try row.get(0)
    usedFiles = try row.get(1)
    self.limits = limits
  }

  /// - Throws: `Refusal.spaceFull` where a file of so many bytes is too much.
  func require(_ size: Int) throws(Refusal) {
    guard usedFiles < limits.files else {
      throw .spaceFull(.files, used: usedFiles, limit: limits.files)
    }
    try requireBytes(size)
  }

  /// - Throws: `Refusal.spaceFull` where so many more bytes of a file that has its place are too much.
  func requireBytes(_ size: Int) throws(Refusal) {
    guard size <= limits.bytes - usedBytes else {
      throw .spaceFull(.bytes, used: usedBytes, limit: limits.bytes)
    }
  }
}

/// A page of a space's files, and the room there is for more.
public struct FileList: Sendable {
  /// The page.
  public let page: Page<File>
  /// Of the whole space, as of the same moment.
  public let room: SpaceRoom

  /// The files of the page.
  public var items: [File] { page.items }
}

extension SpaceChange {
  /// Refuses a file that the space has no room for. The space is locked: of two at once, one sees the other.
  func requireRoom(for size: Int) throws { try room().require(size) }

  /// Refuses more bytes of an upload under way than the space has room for.
  func requireRoomForMore(_ size: Int) throws { try room().requireBytes(size) }

  private func room() throws -> SpaceRoom {
    try all(SpaceRoom.selection(space.id)) { try SpaceRoom($0, self.store.options.space) }[0]
  }

  /// Refuses a message beyond the most that a space has.
  func requireRoomForMessage() throws {
    let limit = store.options.space.messages
    guard messageCount < limit else { throw Refusal.spaceFull(.messages, used: messageCount, limit: limit) }
  }
}
