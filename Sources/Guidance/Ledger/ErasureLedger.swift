import Dispatch
import Glibc
import Lifecycle
import Synchronization

/// The erasure ledger of an installation: append-only files outside the database, so that a backup can't undo an erasure.
///
/// One process at a time writes it, and has a lock on its folder meanwhile. What it says is a chain of hashes over all
/// its files; a new one begins when the last has grown to 16 MiB. None is ever removed: a backup may be older than any.
public final class ErasureLedger: Sendable {
  /// Where its files are.
  public let folder: String
  let state = Mutex(State())
  private let queue = DispatchQueue(label: "ohjaustila.ledger")

  struct State {
    /// Of the folder; held while it is not -1.
    var lock: Int32 = -1
    /// As far as the files were read; nil before, and when what is in them is no longer known.
    var reader: LedgerReader?
    /// The file that the next entry goes to, and where in it; nil when there is none yet.
    var segment: String?
    var end = 0
    var file: Int32 = -1
    var isUnsynced = false
    /// Why nothing is erased, as last found out.
    var trouble: LedgerTrouble?
    /// The last entry that the database is known to have seen.
    var seen = 0
  }

  /// Of this folder; nothing is read or made yet.
  public init(folder: String) { self.folder = folder }

  static let segmentSize = 16 << 20

  /// Runs what reads and writes files away from the cooperative threads.
  func onQueue<R: Sendable>(_ body: @escaping @Sendable (ErasureLedger) throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result { try body(self) }) }
    }
  }

  /// Takes the lock, waiting for it as long as that.
  ///
  /// - Returns: false when another process, or another copy in this one, has it all the time.
  func take(waiting patience: Duration) async throws -> Bool {
    let deadline = ContinuousClock.now + patience
    while true {
      if try await onQueue({ try $0.tryLock() }) { return true }
      guard ContinuousClock.now < deadline else { return false }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private func tryLock() throws -> Bool {
    try state.withLock { state in
      try LedgerFiles.makeFolder(folder)
      let path = folder + "/lock"
      let file = try LedgerFiles.open(path, O_RDWR | O_CREAT)
      var isHeld = false
      defer { if !isHeld { close(file) } }
      guard try LedgerFiles.lock(file, path) else { return false }
      isHeld = true
      state.lock = file
      return true
    }
  }

  /// Gives the lock back; what was written is on the disk by then.
  func giveBack() async throws {
    try await onQueue { ledger in
      try ledger.state.withLock { state in
        defer { state.close() }
        if state.isUnsynced { try state.sync(ledger.folder) }
      }
    }
  }

  /// Reads what is new. Everything is read when nothing is known, when the database has gone back to before what it had
  /// seen, and when the file read last is gone or shorter: then what was erased behind `floor` is gathered. A line that
  /// was not finished is cut off.
  ///
  /// - Returns: how many bytes were cut off.
  func catchUp(gatheringBehind floor: Int) throws -> Int {
    try state.withLock { state in
      if try state.reader == nil || floor < state.seen || state.hasLost(folder) {
        state.reader = LedgerReader(gatheringBehind: floor)
        (state.segment, state.end, state.seen) = (nil, 0, floor)
      }
      return try state.readOn(folder, isCutting: true)
    }
  }

  /// Appends an entry; on the disk when this returns if `durably`.
  @discardableResult
  func append(
    _ entry: LedgerEntry, at instant: Instant, durably: Bool
  ) throws(LedgerFileError) -> (number: Int, hash: [UInt8]) {
    try state.withLock { (state) throws(LedgerFileError) in
      try state.append(entry, at: instant, durably: durably, folder)
    }
  }
}

extension ErasureLedger.State {
  mutating func close() {
    if file >= 0 { _ = Glibc.close(file) }
    if lock >= 0 { _ = Glibc.close(lock) }
    (file, lock, isUnsynced) = (-1, -1, false)
  }

  mutating func sync(_ folder: String) throws(LedgerFileError) {
    do {
      try LedgerFiles.sync(file, folder + "/" + (segment ?? ""))
      isUnsynced = false
    } catch {
      // What the disk has of it is unknown, and asking again would not tell: it is read anew.
      reader = nil
      throw error
    }
  }

  /// Whether what was read last is no longer there: somebody has taken the file away, or put an older one in its place.
  func hasLost(_ folder: String) throws(LedgerFileError) -> Bool {
    guard let segment else { return false }
    return try LedgerFiles.size(folder + "/" + segment) ?? 0 < end
  }

  /// Reads from the end that is known to the end that there is.
  mutating func readOn(_ folder: String, isCutting: Bool) throws(LedgerFileError) -> Int {
    var cut = 0
    let names = try LedgerFiles.segments(in: folder).filter { $0 >= segment ?? "" }
    for name in names {
      if name != segment { (segment, end) = (name, 0) }
      let path = folder + "/" + name
      let bytes = try LedgerFiles.read(path, from: end)
      let used = take(bytes, of: name, isLast: name == names.last)
      end += used
      guard used < bytes.count else { continue }
      if name == names.last, isCutting, reader?.firstBreak == nil {
        try LedgerFiles.cut(path, to: end)
        cut = bytes.count - used
      }
    }
    return cut
  }

  /// Takes in whole lines. At the very end a line that does not follow and has bytes that were never written was being
  /// written when the power went, unless the chain is broken before it; one without such bytes was damaged later.
  ///
  /// - Returns: how many bytes are good.
  private mutating func take(_ bytes: [UInt8], of name: String, isLast: Bool) -> Int {
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let line = bytes[start..<end]
      if isLast, end == bytes.endIndex - 1, reader?.firstBreak == nil, line.contains(0), reader?.isNext(line) == false {
        return start
      }
      reader?.read(line, in: name)
      start = end + 1
    }
    if start < bytes.endIndex, !isLast { reader?.read(bytes[start...], in: name) }
    return isLast ? start : bytes.count
  }

  mutating func append(
    _ entry: LedgerEntry, at instant: Instant, durably: Bool, _ folder: String
  ) throws(LedgerFileError) -> (number: Int, hash: [UInt8]) {
    guard lock >= 0, let known = reader else {
      errno = EIO
      throw LedgerFileError("append", folder)
    }
    let (bytes, hash) = entry.line(known.number + 1, at: instant, after: known.hash)
    try open(for: known.number + 1, folder)
    let path = folder + "/" + (segment ?? "")
    do {
      try LedgerFiles.write(bytes, to: file, at: end, path)
      isUnsynced = true
      if durably { try sync(folder) }
    } catch {
      // Nothing of it may stay in front of the next one; what can't be cut off now is when it is read.
      if ftruncate(file, off_t(end)) != 0 { reader = nil }
      throw error
    }
    end += bytes.count
    reader?.read(bytes.dropLast()[...], in: segment ?? "")
    return (known.number + 1, hash)
  }

  private mutating func open(for number: Int, _ folder: String) throws(LedgerFileError) {
    if segment == nil || end >= ErasureLedger.segmentSize {
      if isUnsynced { try sync(folder) }
      if file >= 0 { _ = Glibc.close(file) }
      file = -1
      (segment, end) = (LedgerFiles.segment(beginningWith: number), 0)
    }
    guard file < 0, let segment else { return }
    file = try LedgerFiles.open(folder + "/" + segment, O_WRONLY | O_CREAT)
    try LedgerFiles.syncFolder(folder)
  }
}
