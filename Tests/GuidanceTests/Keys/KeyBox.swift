import Foundation
import Guidance
import Lifecycle
import Postgres
import TestSupport
import Testing
import Vault

/// An installation's people with a key folder of their own, in which masters come and go.
struct KeyBox: Sendable {
  let cast: Cast
  let folder: String
  let keys: KeyRing
  /// The master at the beginning.
  let old: MasterKeyID

  static func with<R>(_ body: (KeyBox) async throws -> R) async throws -> R {
    let folder = try TestCluster.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "keys").path
    let keys = try KeyRing.load(folder: path)
    let old = keys.currentMaster
    return try await Cast.with(keys: keys) { cast in
      try await body(KeyBox(cast: cast, folder: path, keys: keys, old: old))
    }
  }

  var store: GuidanceStore { cast.store }

  /// Another folder with a copy of the keys there are now, as on another machine.
  func secondFolder() throws -> String {
    let other = folder + "-" + UUID().uuidString.prefix(8)
    try FileManager.default.copyItem(atPath: folder, toPath: other)
    return other
  }

  /// How many rows say that they are under a master, counted by the superuser.
  func rows(under id: MasterKeyID) async throws -> Int {
    try await cast.count(
      """
      SELECT (SELECT count(*) FROM ohjaustila.space_secret WHERE master_id = \(id.text))
        + (SELECT count(*) FROM ohjaustila.person WHERE master_id = \(id.text))
        + (SELECT count(*) FROM ohjaustila.delivery WHERE master_id = \(id.text))
      """)
  }

  func stage(of id: MasterKeyID) async throws -> String? {
    try await cast.installation.asAdmin("SELECT stage FROM ohjaustila.master_key WHERE id = \(id.text)") {
      try $0.get(0, as: String.self)
    }.first
  }

  /// Spaces each with its customer, words and file: what they hold, for comparing.
  func furnish(_ count: Int) async throws -> [ID<Space>] {
    var spaces: [ID<Space>] = []
    for number in 0..<count {
      let space = try await cast.openSpace(title: "Otsikko \(number)", customers: [Cast.invited(number)]).space.id
      let customer = try await cast.customer(number)
      _ = try await store.enter(space, invitation: nil, by: customer)
      _ = try await store.changeContact(email: EmailAddress("oma\(number)@example.fi"), language: nil, of: customer)
      _ = try await store.postMessage("Viesti \(number)", to: space, by: customer)
      spaces.append(space)
    }
    return spaces
  }

  /// Everything of them opens and is what it was.
  func check(_ spaces: [ID<Space>], on store: GuidanceStore? = nil) async throws {
    let store = store ?? self.store
    for (number, space) in spaces.enumerated() {
      #expect(try await store.space(space, for: cast.counsellor).title == "Otsikko \(number)")
      let messages = try await store.messages(of: space, PageRequest(limit: 10, cursor: nil), for: cast.counsellor)
      #expect(messages.items.map(\.text) == ["Viesti \(number)"])
      let customer = try await cast.customer(number)
      #expect(try await store.me(customer).contact?.email == "oma\(number)@example.fi")
    }
  }
}
