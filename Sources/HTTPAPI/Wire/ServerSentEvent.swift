import Guidance
import Lifecycle

/// A stream's items as the WHATWG HTML standard's `text/event-stream` (section 9.2.6): fields in lines, each event ended
/// by an empty one. The data are JSON in one line, for the writer escapes line ends.
enum ServerSentEvent {
  /// After how long a client should come back that was cut off, in milliseconds: spread, so that all those whom a restart
  /// cuts off do not come at once.
  private static let retry = 1000...5000

  static func bytes(_ item: EventStream.Item) -> [UInt8] {
    switch item {
    case .start(let position, let status):
      event("state", id: position, head: "retry: \(Int.random(in: retry))\n") { $0.write(status) }
    case .events(let events, let status): events.flatMap { bytes($0, status) }
    case .heartbeat: Array(":\n\n".utf8)
    case .end(let reason):
      event("end") { json in json.object { json in json.member("reason", reason.rawValue) } }
    }
  }

  private static func bytes(_ event: SpaceEvent, _ status: SpaceStatus) -> [UInt8] {
    switch event.subject {
    case .message(let id): Self.event("message", id: event.number) { $0.write(identifier: id) }
    case .file(let id): Self.event("file", id: event.number) { $0.write(identifier: id) }
    case .participants(let id):
      Self.event("participants", id: event.number) { $0.write(identifier: id, kind: event.kind) }
    case .state: Self.event("state", id: event.number) { $0.write(status, kind: event.kind) }
    }
  }

  private static func event(
    _ name: String, id: Int? = nil, head: String = "", _ data: (inout JSONWriter) -> Void
  ) -> [UInt8] {
    var json = JSONWriter(capacity: 128)
    data(&json)
    let fields = head + (id.map { "id: \($0)\n" } ?? "") + "event: \(name)\ndata: "
    return Array(fields.utf8) + json.bytes + Array("\n\n".utf8)
  }
}

extension JSONWriter {
  fileprivate mutating func write(identifier: String?, kind: String? = nil) {
    object { json in
      json.optional("kind", kind)
      json.optional("id", identifier)
    }
  }

  fileprivate mutating func write(_ status: SpaceStatus, kind: String? = nil) {
    object { json in
      json.optional("kind", kind)
      json.member("state", status.state.rawValue)
      json.member("restricted", status.isRestricted)
      json.member("version", status.version)
    }
  }
}
