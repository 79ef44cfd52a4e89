public import Lifecycle

/// Something that happened to a space, as its participants are told of it: identifiers and codes, never text or names.
public struct SpaceEvent: Sendable, Equatable {
  /// What a client reads again to know more.
  public enum Subject: Sendable, Equatable {
    case message(String)
    case file(String)
    /// The participant, where the journal names one.
    case participants(String?)
    /// State, deadlines, title: the space itself.
    case state
  }

  /// The number of the entry in the space's journal: from one, in the order in which things happened. Some are skipped.
  public let number: Int
  /// The code of the entry.
  public let kind: String
  /// What the entry is about.
  public let subject: Subject

  /// Reads an entry of the journal; nil for one that changes nothing the others see.
  ///
  /// - Parameter identifier: what the entry names: a message, a file or a participant.
  init?(number: Int, kind: String, identifier: String?) {
    switch (kind, identifier) {
    case ("messagePosted", let id?): subject = .message(id)
    case ("filePosted", let id?), ("fileRefused", let id?): subject = .file(id)
    // What waits for the scanner is nobody's to see but its sender's.
    case ("fileQuarantined", _): return nil
    // Feedback is between the customer and the organisation, and a download leaves everything as it was.
    case ("feedbackGiven", _), ("archiveDownloaded", _), ("archiveLinkMade", _), ("archiveLinkRevoked", _):
      return nil
    // Nor is it anybody else's what an officer only considers, or whether a mail reached somebody.
    case ("holdProposed", _), ("holdWithdrawn", _): return nil
    case _ where kind.hasPrefix("notice"): return nil
    case _ where kind.hasPrefix("participant") || kind.hasPrefix("invitation"): subject = .participants(identifier)
    // Facts and crossings, and whatever comes to be journaled later: a client that reads the space again misses nothing.
    default: subject = .state
    }
    self.number = number
    self.kind = kind
  }
}

/// Where a space stands when a listener is told of it: the present, also where the event is an old one.
public struct SpaceStatus: Sendable, Equatable {
  /// Where now stands on the timeline.
  public let state: State
  /// Whether the processing is restricted (GDPR 18).
  public let isRestricted: Bool
  /// Of the envelope.
  public let version: Int
}
