import Crypto
import Foundation
import Guidance
import Postgres
import TestSupport
import Testing

/// What happens to ledgers outside the service: copied, lost, cut off, overwritten.
extension Cast {
  var ledgerFiles: [URL] {
    get throws {
      try FileManager.default.contentsOfDirectory(at: installation.ledger, includingPropertiesForKeys: nil)
        .filter { $0.pathExtension == "ledger" }.sorted { $0.path < $1.path }
    }
  }

  var ledgerText: String {
    get throws { try ledgerFiles.map { try String(contentsOf: $0, encoding: .utf8) }.joined() }
  }

  /// The kinds of entries, in order.
  var ledgerKinds: [String] {
    get throws { try ledgerText.split(separator: "\n").map { String($0.split(separator: " ")[3]) } }
  }

  func alterLedger(_ change: (inout Data) -> Void) throws {
    let file = try #require(try ledgerFiles.last)
    var data = try Data(contentsOf: file)
    change(&data)
    try data.write(to: file)
  }

  /// Writes a text of entries anew as a whole chain.
  func rewriteLedger(_ text: String) throws {
    var previous = [UInt8](repeating: 0, count: 32)
    var lines = ""
    for line in text.split(separator: "\n") {
      let covered = line[line.index(after: line.firstIndex(of: " ") ?? line.startIndex)...]
      previous = Array(SHA256.hash(data: previous + Array(covered.utf8)))
      lines += previous.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + " \(covered)\n"
    }
    try alterLedger { $0 = Data(lines.utf8) }
  }
}
