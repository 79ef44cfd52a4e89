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
  /// Intents of which nothing is known yet.
  private(set) var open: [ID<ErasureBatch>: ErasedSpaces] = [:]
  /// What was erased according to entries behind `floor`.
  private(set) var erased: [ErasedSpaces] = []
  /// Customers of several who were, likewise.
  private(set) var participants: [ErasedParticipant] = []
  /// Spaces erased in all.
  private(set) var spaces = 0
  private(set) var firstBreak: LedgerBreak?
  /// What a database has seen, for a chain that is broken before that: it is taken up again from there.
  private let anchor: (number: Int, hash: [UInt8])?
  private var holdsBehindAnchor = false
  /// Erasures are gathered from the entries behind this one.
  private var floor: Int
  /// Hashes by number, of what a database may have seen: all but the outcomes of intents.
  private var hashes: [Int: [UInt8]] = [:]

  init(gatheringBehind floor: Int, anchor: (number: Int, hash: [UInt8])? = nil) {
    (self.floor, self.anchor) = (floor, anchor)
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
      if let batch = line.batch { open[batch] = line.spaces }
      hashes[number] = hash
    case .done:
      if let batch = line.batch, let spaces = open.removeValue(forKey: batch) { add(spaces) }
    case .dropped:
      if let batch = line.batch { open[batch] = nil }
    case .adopted:
      add(line.spaces)
      hashes[number] = hash
    case .participant:
      if number > floor, let erased = line.participant { participants.append(erased) }
      hashes[number] = hash
    }
  }

  /// The first entry's hash; empty before there is one.
  var first: [UInt8] { hashes[1] ?? [] }

  /// Whether this is what a database has seen of the ledger.
  func has(_ number: Int, _ hash: [UInt8]) -> Bool { hashes[number] == hash }

  /// Whether no break can hide what the database of the anchor has not seen: from what it has seen on, the chain holds.
  var hidesNothing: Bool { firstBreak == nil || holdsBehindAnchor }

  /// What was gathered has been compared, and nothing more is gathered.
  mutating func forgetErased() { (erased, participants, floor) = ([], [], .max) }

  private mutating func add(_ spaces: ErasedSpaces) {
    self.spaces += spaces.count
    if number > floor { erased.append(spaces) }
  }

  private mutating func note(_ found: LedgerBreak) {
    if firstBreak == nil { firstBreak = found }
    holdsBehindAnchor = false
  }
}
