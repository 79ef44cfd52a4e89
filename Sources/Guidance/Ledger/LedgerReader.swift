import Lifecycle
import Vault

/// Follows a ledger line by line: pure, and of no more memory than what is open and what is asked for.
struct LedgerReader {
  /// The last entry's number; nought before the first.
  private(set) var number = 0
  /// The last entry's hash; zeros before the first.
  private(set) var hash = [UInt8](repeating: 0, count: 32)
  /// The latest instant of any entry.
  private(set) var latest = Instant(microseconds: 0)
  /// Which ledger it is, and whose.
  private(set) var opening: (ledger: ID<ErasureLedger>, installation: String)?
  /// Who has written it, in order.
  private(set) var writers: [LedgerWriter] = []
  /// The last entry that is known to have come with a commit of whoever wrote it.
  private(set) var committed = 0
  /// By the number of the entry that says so: what a writer did not go on from does not count.
  private var openIntents: [ID<ErasureBatch>: Numbered<ErasedSpaces>] = [:]
  private var erasedSpaces: [Numbered<ErasedSpaces>] = []
  private var erasedParticipants: [Numbered<ErasedParticipant>] = []
  private(set) var firstBreak: LedgerBreak?
  /// What a database has seen, for a chain that is broken before that: it is taken up again from there.
  private let anchor: (number: Int, hash: [UInt8])?
  private var holdsBehindAnchor = false
  /// Erasures are gathered from the entries behind this one.
  private var floor: Int
  /// Erased customers likewise: unlike spaces, of whom an intent tells, it is by them alone that it shows that another
  /// database of the same name has written.
  private var participantFloor: Int
  /// Hashes by number, of what a database may have seen: all but the outcomes of intents.
  private var hashes: [Int: [UInt8]] = [:]

  init(gatheringBehind floor: Int, anchor: (number: Int, hash: [UInt8])? = nil) {
    (self.floor, participantFloor, self.anchor) = (floor, floor, anchor)
  }

  /// Whether the line is the next entry.
  func isNext(_ line: ArraySlice<UInt8>) -> Bool { LedgerLine(line)?.follows(number, hash) ?? false }

  /// Takes in the next line. A line that does not belong here is a break; what can be read of it counts all the same.
  mutating func read(_ line: ArraySlice<UInt8>, in file: String) {
    guard let line = LedgerLine(line) else {
      return note(LedgerBreak(file: file, after: number, reason: .unreadable))
    }
    if !line.follows(number, hash) {
      note(LedgerBreak(file: file, after: number, reason: .doesNotFollow))
      if let anchor { holdsBehindAnchor = line.follows(anchor.number, anchor.hash) }
    }
    (number, hash, latest) = (line.number, line.hash, max(latest, line.at))
    if let anchor, anchor == (number, hash) { holdsBehindAnchor = true }
    switch line.kind {
    case .opened:
      opening = line.opening
      hashes[number] = hash
    case .intent:
      if let batch = line.batch { openIntents[batch] = Numbered(number, line.spaces) }
      hashes[number] = hash
    case .done:
      if let batch = line.batch, let intent = openIntents.removeValue(forKey: batch) {
        committed = max(committed, intent.number)
        add(intent)
      }
    case .dropped:
      if let batch = line.batch { openIntents[batch] = nil }
    case .adopted:
      add(Numbered(number, line.spaces))
      hashes[number] = hash
    case .participant:
      if number > participantFloor, let erased = line.participant {
        erasedParticipants.append(Numbered(number, erased))
      }
      hashes[number] = hash
    case .writer:
      take(line)
      hashes[number] = hash
    }
  }

  /// A new writer. One that goes on from further back has a clock of its own, too.
  private mutating func take(_ line: LedgerLine) {
    guard let writer = line.writer else { return }
    writers.append(writer)
    committed = number
    if writer.after != nil { latest = line.at }
  }

  /// Intents of which nothing is known yet.
  var open: [ID<ErasureBatch>: ErasedSpaces] {
    let path = LedgerPath(writers)
    return openIntents.filter { path.contains($0.value.number) }.mapValues(\.value)
  }

  /// What was erased according to entries behind `floor`.
  var erased: [ErasedSpaces] { Self.counting(erasedSpaces, writers) }

  /// Customers of several who were, likewise.
  var participants: [ErasedParticipant] { Self.counting(erasedParticipants, writers) }

  /// Whether an entry counts for the one who writes now; then all do that counted when it was written.
  func counts(_ number: Int) -> Bool { LedgerPath(writers).contains(number) }

  private static func counting<Value: Sendable>(_ all: [Numbered<Value>], _ writers: [LedgerWriter]) -> [Value] {
    let path = LedgerPath(writers)
    return all.filter { path.contains($0.number) }.map(\.value)
  }

  /// Something with the number of the entry that it stands in.
  private struct Numbered<Value: Sendable>: Sendable {
    let number: Int
    let value: Value

    init(_ number: Int, _ value: Value) { (self.number, self.value) = (number, value) }
  }

  /// The last entry that came with a commit, for the database to remember.
  var head: (number: Int, hash: [UInt8])? { hashes[committed].map { (committed, $0) } }

  /// The first entry's hash; empty before there is one.
  var first: [UInt8] { hashes[1] ?? [] }

  /// Whether this is what a database has seen of the ledger.
  func has(_ number: Int, _ hash: [UInt8]) -> Bool { hashes[number] == hash }

  /// Whether no break can hide what the database of the anchor has not seen: from what it has seen on, the chain holds.
  var hidesNothing: Bool { firstBreak == nil || holdsBehindAnchor }

  /// What was gathered has been compared; from here on only customers are gathered.
  mutating func forgetErased() {
    (erasedSpaces, erasedParticipants, floor, participantFloor) = ([], [], .max, number)
  }

  private mutating func add(_ spaces: Numbered<ErasedSpaces>) {
    if number > floor { erasedSpaces.append(spaces) }
  }

  private mutating func note(_ found: LedgerBreak) {
    if firstBreak == nil { firstBreak = found }
    holdsBehindAnchor = false
  }
}
