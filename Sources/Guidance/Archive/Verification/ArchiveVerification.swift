public import ArchiveFormat
import Lifecycle
import Vault

/// What was found of an archive that somebody has: whole, signed and unchanged, or what is wrong with it.
public struct ArchiveVerification: Sendable {
  /// Something that is wrong.
  public struct Finding: Sendable, Equatable, CustomStringConvertible {
    /// What kind, the gravest first.
    public enum Kind: Sendable, CaseIterable {
      /// No archive of a guidance space at all.
      case notOurs
      /// The file contradicts itself or its manifest: damaged, cut short, changed.
      case damaged
      /// It is whole, and the manifest is not what the key signed.
      case wrongSignature
      /// The key that it names is not known, or could not have signed it.
      case unknownKey
    }

    /// What kind.
    public let kind: Kind
    /// One sentence: what and where.
    public let description: String
  }

  /// In the order found; none for a good archive.
  public private(set) var findings: [Finding] = []
  /// What the manifest says; nil when there was none to read.
  public private(set) var manifest: ManifestReader.Header?
  /// Entries whose content was compared with the manifest.
  public private(set) var entries: UInt64 = 0
  /// Their bytes.
  public private(set) var bytes: UInt64 = 0

  /// Most damaged entries that are told of one by one.
  private static let mostFindings = 20

  /// Verifies an archive without asking anybody. Memory does not grow with its files, only with the length of its list
  /// of them: a signature is over the whole manifest.
  ///
  /// - Parameters:
  ///   - source: the archive. What it throws is thrown on: the archive could not be read.
  ///   - keys: those that the service publishes.
  public init(of source: some ArchiveSource, keys: ArchiveKeyList) throws {
    do {
      let reader = try ArchiveReader(source)
      let manifest = try reader.bytes(of: reader.manifest)
      var listed = try ManifestReader(manifest)
      self.manifest = listed.header
      try check(reader, against: &listed)
      try checkSignature(reader, of: manifest, listed.header, keys)
    } catch let damage as ArchiveDamage {
      add(damage)
    }
  }

  private mutating func add(_ damage: ArchiveDamage) {
    findings.append(Finding(kind: damage == .notOurs ? .notOurs : .damaged, description: damage.description))
  }

  /// Each entry against its line of the manifest, both ways, and each content against the entry.
  private mutating func check(_ reader: ArchiveReader<some ArchiveSource>, against listed: inout ManifestReader) throws
  {
    try reader.forEach { found in
      guard found.number + 1 < reader.entryCount else { return }
      let path = found.entry.path
      guard let line = try listed.next() else { throw ArchiveDamage.notInManifest(path: path) }
      guard line.path.utf8.elementsEqual(path.utf8), line.size == found.entry.size else {
        throw ArchiveDamage.disagreement(
          path: "\(path), \(found.entry.size) bytes", manifest: "\(line.path), \(line.size) bytes")
      }
      do {
        try check(found, against: line, reader)
      } catch let damage as ArchiveDamage {
        add(damage)
        guard findings.count < Self.mostFindings else { throw damage }
      }
    }
    if let line = try listed.next() { throw ArchiveDamage.notInArchive(path: line.path) }
  }

  private mutating func check(
    _ found: FoundEntry, against line: ManifestReader.Entry, _ reader: ArchiveReader<some ArchiveSource>
  ) throws {
    var digest = RunningDigest()
    try reader.content(of: found) { digest.update($0) }
    guard Hexadecimal.encode(digest.finish()) == line.sha256 else {
      throw ArchiveDamage.digest(path: found.entry.path, at: found.contentOffset)
    }
    entries += 1
    bytes += found.entry.size
  }

  private mutating func checkSignature(
    _ reader: ArchiveReader<some ArchiveSource>, of manifest: [UInt8], _ header: ManifestReader.Header,
    _ keys: ArchiveKeyList
  ) throws {
    guard reader.signature.entry.size == 64 else {
      throw ArchiveDamage.signatureLength(bytes: reader.signature.entry.size)
    }
    let signature = try reader.bytes(of: reader.signature)
    guard let key = keys[header.keyID] else {
      let among = keys.isEmpty ? "no keys were given" : "it is not among those given"
      return note(.unknownKey, "the manifest is signed with the key \(header.keyID): \(among)")
    }
    guard key.publicKey.isValid(signature, of: manifest) else {
      return note(.wrongSignature, "manifest.sig is no signature of manifest.json by the key \(header.keyID)")
    }
    guard let until = key.notAfter else { return }
    guard let asOf = try? Instant(rfc3339: header.contentAsOf), asOf <= until else {
      return note(.unknownKey, "the key \(header.keyID) was replaced at \(until), before \(header.contentAsOf)")
    }
  }

  private mutating func note(_ kind: Finding.Kind, _ sentence: String) {
    findings.append(Finding(kind: kind, description: sentence))
  }
}
