import Foundation
import Lifecycle

/// What a transfer under way rests on: it is broken off when that is gone.
struct TransferRight: Sendable {
  /// Who must see the space.
  let principal: ID<Caller>
  let space: ID<Space>
  /// What it is sent through, where it is a link.
  let link: ArchiveLink?

  /// Nil for who is nobody here, and sees nothing.
  init?(_ caller: Caller, _ space: ID<Space>, link: ArchiveLink? = nil) {
    guard let principal = caller.uuid else { return nil }
    self.principal = ID(principal)
    self.space = space
    self.link = link
  }

  /// The link that has to be there still. One that has expired may be gone, and what was begun before is finished.
  func link(at now: Instant) -> ID<ArchiveLink>? {
    guard let link, link.expiresAt > now else { return nil }
    return link.id
  }
}
