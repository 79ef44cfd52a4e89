extension Sealer {
  /// Seals a file's header for its row. Use the owner's sealer, not the upload's: the header says which upload it is.
  public func seal(_ header: FileHeader, at place: SealPlace) -> [UInt8] { seal(header.encoded, at: place) }

  /// Opens a file's header. Throws ``OpenError``, or ``FileHeaderError`` for an authentic value that is no header.
  public func openFileHeader(_ sealed: [UInt8], at place: SealPlace) throws -> FileHeader {
    try FileHeader(decoding: try open(sealed, at: place))
  }
}
