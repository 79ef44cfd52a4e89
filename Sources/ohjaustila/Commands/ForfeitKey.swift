import ArgumentParser
import Guidance
import Vault

/// Accepts that a master is lost.
struct ForfeitKey: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forfeit", abstract: "Give up a master key that nobody has any more, with what is wrapped under it.",
    discussion: """
      For a backup from the middle of a rotation whose old master has been destroyed since. Without --confirm it says \
      what would be lost and changes nothing, with exit status 1. What is lost stays as it is until its time is over; \
      its people are told so (410), and should the key be found and brought back, it opens. All else is served.
      """)

  @OptionGroup var options: InstallationOptions

  @Argument(help: "The master's id, as ohjaustila keys list prints it.")
  var id: String

  @Option(help: "How many keys you know to be lost by that.")
  var confirm: Int?

  func run() async throws {
    guard let id = MasterKeyID(id) else { throw ValidationError("an id is 1 to 32 lower-case letters and digits") }
    try await Installation.with(options, keys: .asTheyAre, openingLedger: false) { installation in
      if let confirm {
        let lost = try await installation.store.forfeitMaster(id, confirming: confirm)
        print("given up: \(id), with \(lost.count) keys; each space's journal says so")
        return
      }
      let lost = try await installation.store.keysLost(with: id)
      for space in lost.spaces { print("space \(space)") }
      for person in lost.people { print("customer \(person)") }
      print(
        "lost for good: the content of \(lost.spaces.count) spaces, the own address of \(lost.people.count) customers, "
          + "\(lost.notices) notices of erasures")
      print("to give it up: ohjaustila keys forfeit \(id) --confirm \(lost.count)")
      throw ExitCode(1)
    }
  }
}
