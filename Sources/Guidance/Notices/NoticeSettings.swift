/// What an installation says about its notices, and how they are sent.
public struct NoticeSettings: Sendable {
  /// Where people open their spaces: a link is this, `/spaces/` and the space. Without a slash at the end.
  public var baseURL: String
  /// What stands behind the @ of each Message-ID.
  public var domain: String
  /// Mails under way at once in this process.
  public var atOnce: Int
  /// An attempt is cut off after this long.
  public var timeout: Duration
  /// How long an attempt is nobody else's; longer than `timeout`, so that it ends only when its process died.
  public var lease: Duration

  /// Settings of an installation.
  public init(
    baseURL: String, domain: String, atOnce: Int = 4, timeout: Duration = .seconds(300),
    lease: Duration = .seconds(900)
  ) {
    precondition(lease > timeout && atOnce > 0)
    self.baseURL = baseURL
    self.domain = domain
    self.atOnce = atOnce
    self.timeout = timeout
    self.lease = lease
  }

  func link(to space: ID<Space>) -> String { "\(baseURL)/spaces/\(space)" }
}
