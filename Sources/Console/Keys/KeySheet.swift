package import Guidance
import Vault

/// The masters as a table, and a rotation in words.
package struct KeySheet {
  private let masters: [MasterView]

  /// - Parameter masters: in the order of the lines.
  package init(_ masters: [MasterView]) { self.masters = masters }

  /// A head and a line a master.
  package var lines: [String] {
    var table = Table()
    table.row("MASTER", "STANDING", "SINCE", "SPACES", "PEOPLE", "NOTICES", "AMONG OUR KEYS", "RUNNING COPIES WITH IT")
    for master in masters {
      let (standing, since) = Self.words(master.standing)
      table.row(
        master.id.text, standing, since, "\(master.spaces)", "\(master.people)", "\(master.notices)",
        master.isHere ? "yes" : "no", master.heldBy.isEmpty ? "-" : master.heldBy.joined(separator: ", "))
    }
    return table.lines
  }

  private static func words(_ standing: MasterView.Standing) -> (String, String) {
    switch standing {
    case .prepared: ("prepared", "-")
    case .living(let stage, let since): (stage.rawValue, "\(since)")
    case .givenUp: ("given up", "-")
    case .destroyed(let at): ("destroyed", "\(at)")
    }
  }

  /// What a rotation came to, and what comes next.
  package static func lines(of report: RotationReport) -> [String] {
    var lines = [
      report.isFinishing
        ? "finished the rotation to \(report.master); no new master was made" : "rotated to \(report.master)",
      "keys wrapped anew: \(report.rewrapped)",
    ]
    if report.damaged > 0 {
      lines.append("damaged keys, which nothing opens any more and which stay as they are: \(report.damaged)")
    }
    if report.left > report.damaged {
      lines.append("left under earlier masters: \(report.left - report.damaged); the same command once more takes them")
    }
    for id in report.retired {
      lines.append("retired: \(id); when no backup needs it any more: ohjaustila keys destroy \(id)")
    }
    return lines
  }
}
