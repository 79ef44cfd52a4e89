import ArgumentParser
import Guidance

/// Shows what waits to be sent, and what was given up.
struct Notices: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how many notices wait and which mails were given up, or have those tried again.")

  @OptionGroup var options: InstallationOptions

  @Option(help: "Have a mail that was given up tried again: its id, or all.")
  var retry: String?

  private static let all = "all"

  func validate() throws {
    guard let retry, retry != Self.all, ID<Delivery>(retry) == nil else { return }
    throw ValidationError("--retry is an id of the list, or all")
  }

  func run() async throws {
    try await Installation.with(options) { installation in
      let store = installation.store
      if let retry {
        print("tried again: \(try await store.retryDeadLetters(retry == Self.all ? nil : ID(retry)))")
      }
      let counts = try await store.noticeCounts()
      print("planned: \(counts.planned)\nwaiting: \(counts.waiting)\ndead: \(counts.dead)")
      var cursor: String?
      repeat {
        let page = try await store.deadLetters(PageRequest(limit: PageRequest.limits.upperBound, cursor: cursor))
        for letter in page.items {
          print(
            "\(letter.id)  \(letter.kind)  \(letter.reason)  attempts: \(letter.attempts)  planned: \(letter.createdAt)"
          )
        }
        cursor = page.nextCursor
      } while cursor != nil
    }
  }
}
