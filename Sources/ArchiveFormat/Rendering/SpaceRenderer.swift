/// Writes a space piece by piece, so that memory does not grow with it. Equal calls give equal bytes: the service runs a
/// renderer twice, first to learn length and checksum, then to send.
///
/// Call in this order: `begin`, `message` for each, `file` for each, `end`; each appends to `output`, which the caller
/// empties as it likes.
public protocol SpaceRenderer: Sendable {
  /// Everything before the messages.
  mutating func begin(into output: inout [UInt8])
  /// The next message.
  mutating func message(_ message: ArchivedMessage, into output: inout [UInt8])
  /// The next file; no message may follow.
  mutating func file(_ file: ArchivedFile, into output: inout [UInt8])
  /// Everything after the files. Traps when the counts promised in the ``SpaceDocument`` were not kept: such a page
  /// would lie.
  mutating func end(into output: inout [UInt8])
}
