import Guidance
import Lifecycle

extension JSONWriter {
  /// What a change of policy would do, and the token that does it.
  mutating func write(_ issued: IssuedPreview) {
    let preview = issued.preview
    object { json in
      json.array("governed") { json in
        for (version, spaces) in preview.governed.sorted(by: { $0.key < $1.key }) {
          json.object { json in
            json.member("version", version)
            json.member("spaces", spaces)
          }
        }
      }
      json.member("unchanged", preview.unchanged)
      json.member("shortened", preview.shortened)
      json.member("lengthened", preview.lengthened)
      json.member("dueAtOnce", preview.dueAtOnce)
      json.member("erasedAtOnce", preview.erasedAtOnce)
      json.obstacles(preview.refused)
      json.array("moves") { json in
        for boundary in Boundary.allCases {
          if let moves = preview.moves[boundary] { json.write(boundary, moves) }
        }
      }
      json.member("token", issued.token)
      json.member("expiresAt", issued.expiresAt)
    }
  }

  /// What a change of policy did.
  mutating func write(_ report: PolicyReport) {
    object { json in
      json.member("governed", report.governed)
      json.member("moved", report.moved)
      json.obstacles(report.refused)
      json.member("skipped", report.skipped)
    }
  }

  private mutating func obstacles(_ refused: [PolicyObstacle: Int]) {
    object("refused") { json in
      for obstacle in PolicyObstacle.allCases { json.optional(obstacle.rawValue, refused[obstacle]) }
    }
  }

  private mutating func write(_ boundary: Boundary, _ moves: PolicyPreview.Moves) {
    object { json in
      json.member("boundary", boundary.rawValue)
      json.member("sooner", moves.sooner)
      json.member("later", moves.later)
      json.member("minDays", moves.minDays)
      json.member("medianDays", moves.medianDays)
      json.member("maxDays", moves.maxDays)
      json.array("histogram") { json in
        for bar in moves.histogram {
          json.object { json in
            json.member("fromDays", bar.days.lowerBound)
            json.member("toDays", bar.days.upperBound)
            json.member("spaces", bar.spaces)
          }
        }
      }
    }
  }
}
