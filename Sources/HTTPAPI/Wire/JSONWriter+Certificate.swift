import Guidance
import Lifecycle
import Vault

extension JSONWriter {
  /// A certificate with its signature: a compact JWS (RFC 7515) by Ed25519 (RFC 8037), whose payload is the same object
  /// without `jws`.
  mutating func write(_ certificate: ErasureCertificate, signedBy key: ArchiveSigningKey) {
    var payload = JSONWriter(capacity: 2048)
    payload.object { $0.members(of: certificate) }
    var header = JSONWriter()
    header.object { json in
      json.member("alg", "EdDSA")
      json.member("kid", key.id.text)
      json.member("typ", "erasure-certificate+json")
    }
    let signed = Base64URL.encode(header.bytes) + "." + Base64URL.encode(payload.bytes)
    let signature = Base64URL.encode(key.sign(Array(signed.utf8)))
    object { json in
      json.members(of: certificate)
      json.member("jws", "\(signed).\(signature)")
    }
  }

  private mutating func members(of certificate: ErasureCertificate) {
    member("spaceId", certificate.space.description)
    member("organisationId", certificate.organisation.description)
    object("policy") { json in
      json.member("register", certificate.policy.register)
      json.member("version", certificate.policy.version)
      json.member("title", certificate.policy.title)
      json.member("source", certificate.policy.source)
      json.member("archiveSource", certificate.policy.stages.archive.source)
    }
    object("timeline") { json in
      json.member("closesAt", certificate.closesAt)
      json.member("sealsAt", certificate.sealsAt)
      json.member("archivesAt", certificate.archivesAt)
      json.member("erasesAt", certificate.erasesAt)
    }
    object("content") { json in
      json.member("messages", certificate.messages)
      json.member("files", certificate.files)
    }
    object("journal") { json in
      json.member("entries", certificate.journalEntries)
      json.member("hash", certificate.journalHash.hexadecimal)
    }
    optional("ledgerBatch", certificate.ledgerBatch)
    member("erasedAt", certificate.erasedAt)
    member("destroyedAt", certificate.destroyedAt)
    array("masterKeys") { json in
      for master in certificate.masters {
        json.object { json in
          json.member("id", master.id)
          json.member("destroyedAt", master.destroyedAt)
        }
      }
    }
    finality(of: certificate)
    member("statedAt", certificate.statedAt)
  }

  private mutating func finality(of certificate: ErasureCertificate) {
    member("finalAt", certificate.finalAt)
    guard let waiting = certificate.finalWhen else { return member("finalWhen", String?.none) }
    object("finalWhen") { json in
      json.member("contentIsDestroyed", waiting.contentIsDestroyed)
      json.member("masterKeysAreDestroyed", waiting.mastersAreDestroyed)
    }
  }
}
