import Antivirus
import Guidance
import NIOCore
import NIOFoundationCompat

/// Hands files in quarantine to clamd.
struct ClamdScanner: VirusScanner {
  private let client: ClamdClient

  init(_ address: ClamdAddress) {
    client = ClamdClient(address)
  }

  func scan(_ content: ScanContent) async throws -> ScanVerdict {
    let reply: ClamdReply
    do {
      reply = try await client.scan { write in
        try await content.send { piece in try await write(ByteBuffer(data: piece)) }
      }
    } catch ClamdError.unreachable(let why) {
      throw ScannerAway(why)
    } catch let error as ClamdError {
      // One that fails on everything (no room for its temporary files, say) is as good as away. One that is gone now is
      // not: this file may have been its end.
      guard try await isSoundOrGone() else { throw ScannerAway("\(error)") }
      throw error
    }
    switch reply {
    case .clean: return .clean
    case .found(let name): return .infected(name: name)
    case .tooLarge: return .tooLarge
    case .other(let text): throw ClamdError.noVerdict(text)
    }
  }

  private func isSoundOrGone() async throws -> Bool {
    do { return try await client.givesVerdicts() } catch ClamdError.unreachable { return true }
  }
}
