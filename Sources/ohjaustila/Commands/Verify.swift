import ArchiveFormat
import ArgumentParser
import Foundation
import Guidance

/// Checks an archive that somebody has, without a database or a network.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that an archive is whole, unchanged, and signed by the service it came from.",
    discussion: """
      Needs neither database nor network. The keys are those that the service publishes under
      /.well-known/ohjaustila-archive-keys.json: save them as a file.

      Exit status: 0 good; 1 damaged, cut short or changed; 2 whole, but the signature is wrong; 3 the key is not known
      or could not have signed it; 4 not an archive of a guidance space; 5 the file or the keys can't be read.
      """)

  @Argument(help: "The archive, a ZIP file.")
  var file: String

  @Option(help: "The file with the service's published keys. Without it everything but the signature is checked.")
  var keys: String?

  private static let unreadable = ExitCode(5)

  func run() throws {
    let verification: ArchiveVerification
    do {
      for path in [file, keys].compactMap(\.self) { try Self.requireFile(path) }
      let keys = try keys.map { try ArchiveKeyList(json: Data(contentsOf: URL(filePath: $0))) } ?? .none
      verification = try ArchiveVerification(of: ArchiveFile(file), keys: keys)
    } catch {
      print("unreadable: \((error as? CocoaError)?.localizedDescription ?? "\(error)")")
      throw Self.unreadable
    }
    for finding in verification.findings { print("\(finding.kind.word): \(finding)") }
    guard let gravest = ArchiveVerification.Finding.Kind.allCases.first(where: verification.has) else {
      return print(good(verification))
    }
    throw ExitCode(gravest.status)
  }

  /// Only of a file the parts can be read in any order; a folder or a pipe has none.
  private static func requireFile(_ path: String) throws {
    let target = URL(filePath: path).resolvingSymlinksInPath().path
    guard FileManager.default.fileExists(atPath: target) else { throw NoFile(description: "\(path) does not exist") }
    let type = try FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
    guard type == .typeRegular else { throw NoFile(description: "\(path) is no regular file") }
  }

  private struct NoFile: Error, CustomStringConvertible {
    let description: String
  }

  private func good(_ verification: ArchiveVerification) -> String {
    guard let manifest = verification.manifest else { return "good" }
    return """
      good: \(verification.entries) entries, \(verification.bytes) bytes, as the service signed them with the key \
      \(manifest.keyID)
      space \(manifest.spaceID), content as of \(manifest.contentAsOf)
      """
  }
}

extension ArchiveVerification {
  fileprivate func has(_ kind: Finding.Kind) -> Bool { findings.contains { $0.kind == kind } }
}

extension ArchiveVerification.Finding.Kind {
  fileprivate var word: String {
    switch self {
    case .notOurs: "not an archive"
    case .damaged: "damaged"
    case .wrongSignature: "wrong signature"
    case .unknownKey: "unknown key"
    }
  }

  fileprivate var status: Int32 {
    switch self {
    case .damaged: 1
    case .wrongSignature: 2
    case .unknownKey: 3
    case .notOurs: 4
    }
  }
}
