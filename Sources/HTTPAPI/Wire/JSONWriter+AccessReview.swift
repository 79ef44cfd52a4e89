import Guidance
import Lifecycle

extension JSONWriter {
  /// Rights that nobody uses.
  mutating func write(_ rights: UnusedRights) {
    object { json in
      json.member("subject", rights.subject)
      json.member("name", rights.name)
      json.member("roles", rights.roles.map(\.rawValue))
      json.optional("lastUsedOn", rights.lastUsedOn)
      json.member("reviewedOn", rights.reviewedOn)
      json.member("lastDay", rights.lastDay)
      json.member("endsAt", rights.endsAt)
    }
  }

  /// What became of somebody's rights.
  mutating func write(_ change: StaffChange) {
    object { json in
      json.member("number", change.number)
      json.member("at", change.at)
      json.member("subject", change.subject)
      json.member("what", change.what)
      json.object("by") { json in
        json.member("kind", change.byWhom)
        json.optional("accountId", change.byAccount?.description)
      }
      json.member("roles", change.roles.map(\.rawValue))
      json.optional("commitmentSignedOn", change.commitmentSignedOn)
      json.optional("commitmentValidUntil", change.commitmentValidUntil)
    }
  }

  /// How many spaces there are.
  mutating func write(_ figures: Figures) {
    object { json in
      json.member("asOf", figures.now)
      json.array("states") { json in
        for cell in figures.standings {
          json.object { json in
            json.member("register", cell.register)
            json.member("state", cell.state.rawValue)
            json.member("spaces", cell.spaces)
          }
        }
      }
      json.array("months") { json in
        for cell in figures.months {
          json.object { json in
            json.member("register", cell.register)
            json.member("month", String(cell.month.description.prefix(7)))
            json.member("spaces", cell.spaces)
          }
        }
      }
    }
  }
}
