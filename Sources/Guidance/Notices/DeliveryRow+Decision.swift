import Lifecycle
import Postgres
import Vault

extension DeliveryRow {
  /// Whether the mail is still to be sent, and what it says: judged anew at every attempt.
  func decision(
    on space: Space, at now: Instant, _ store: GuidanceStore, _ settings: NoticeSettings
  ) throws -> DeliveryDecision {
    guard let recipient, let contact, let spaceKey else { return .withdraw(.left) }
    if let decided = try obstacle(recipient, space, at: now, store) { return decided }
    let cipher = SpaceCipher(
      try store.keys.unwrap(WrappedKey(bytes: spaceKey.bytes), of: .space(space.id.uuid)))
    guard let message = try message(recipient, space, cipher, store) else { return .withdraw(.passed) }
    let link = settings.link(to: space.id)
    guard recipient.isCustomer else {
      guard let letter = NoticeLetter(message, toCounsellorIn: space.language, link: link) else {
        return .withdraw(.left)
      }
      return recipient.staffAddress.map { .send(mail(letter, to: $0, at: now, store, settings)) }
        ?? .unreachable(reason: "noAddress")
    }
    guard let contact = try contact.opened(store.keys, cipher, invited: planned.isInvitation) else {
      return .unreachable(reason: "noAddress")
    }
    return .send(mail(message, contact, link: link, at: now, store, settings))
  }

  /// The last word about a space that is gone.
  func farewell(_ store: GuidanceStore, _ settings: NoticeSettings) throws -> DeliveryDecision {
    guard let farewell, let erasesAt,
      let contact = try NoticeContact.open(
        farewell.contact, wrappedKey: farewell.wrappedKey, of: id, keys: store.keys)
    else { return .withdraw(.passed) }
    let message = NoticeMessage.erased(on: store.zone.date(of: erasesAt))
    return .send(
      mail(message, contact, link: settings.link(to: space), at: store.clock.now, store, settings))
  }

  /// What speaks against sending; nil when nothing does.
  private func obstacle(
    _ recipient: Recipient, _ space: Space, at now: Instant, _ store: GuidanceStore
  ) throws -> DeliveryDecision? {
    guard recipient.isCustomer || recipient.seesSpace else { return .withdraw(.left) }
    if planned.isInvitation {
      if recipient.hasEntered { return .withdraw(.seen) }
      let isOpen = space.timeline.state(at: now).takesContent && recipient.invitationExpiresAt.map { now < $0 } ?? true
      return isOpen ? nil : .withdraw(.passed)
    }
    guard !planned.isOfMessages else {
      return Self.obstacle(toMessages: recipient, planned.effectiveAt, space, at: now)
    }
    if let occasion = OccasionNotice(rawValue: code) {
      let isNews = now < planned.effectiveAt + OccasionNotice.lifetime
      let isOpen = occasion != .colleagueProposed || (recipient.isAsked && space.timeline.state(at: now).takesContent)
      return isNews && isOpen ? nil : .withdraw(.passed)
    }
    let policy = try store.policies.policy(register: space.register, version: space.policyVersion)
    return policy.withdrawal(of: code, boundaryAt: planned.boundaryAt, on: space, at: now).map { .withdraw($0) }
  }

  /// Whoever signed in after the message was written has had the chance to read it.
  private static func obstacle(
    toMessages recipient: Recipient, _ writtenAt: Instant, _ space: Space, at now: Instant
  ) -> DeliveryDecision? {
    guard space.timeline.state(at: now).takesContent, now < writtenAt + MessageNotices.lifetime else {
      return .withdraw(.passed)
    }
    if let last = recipient.lastAuthenticatedAt, last > writtenAt { return .withdraw(.seen) }
    guard recipient.messageNotifiedAt.isFinite else { return nil }
    let next = recipient.messageNotifiedAt + MessageNotices.interval
    return now < next ? .postpone(until: next) : nil
  }

  private func message(
    _ recipient: Recipient, _ space: Space, _ cipher: SpaceCipher, _ store: GuidanceStore
  ) throws -> NoticeMessage? {
    if planned.isOfMessages { return .newMessage }
    if let occasion = OccasionNotice(rawValue: code) { return occasion.message }
    if planned.isInvitation {
      guard let code = try cipher.open(planned.payload, .invitation(notice)),
        let expires = recipient.invitationExpiresAt
      else { return .invitation(nil) }
      // The last day that is whole: the code ends some time on the next.
      return .invitation(.init(code: code, lastDay: store.zone.date(of: expires).adding(days: -1)))
    }
    let policy = try store.policies.policy(register: space.register, version: space.policyVersion)
    return policy.notices.first { $0.code == code }.flatMap {
      NoticeMessage($0, space, counsellorGone: recipient.counsellorGone)
    }
  }

  private func mail(
    _ message: NoticeMessage, _ contact: NoticeContact, link: String, at now: Instant, _ store: GuidanceStore,
    _ settings: NoticeSettings
  ) -> OutgoingMail {
    let letter = NoticeLetter(
      message, toCustomerIn: contact.language, organisation: contact.mayNameOrganisation ? organisation : nil,
      link: link)
    return mail(letter, to: contact.address, at: now, store, settings)
  }

  private func mail(
    _ letter: NoticeLetter, to address: EmailAddress, at now: Instant, _ store: GuidanceStore,
    _ settings: NoticeSettings
  ) -> OutgoingMail {
    // Keyed, so that the identifier in a mailbox leads to nothing here; of the delivery, so that a repeat is recognised.
    let digest = store.keys.blindIndex.digest(id.description, kind: .messageID)
    return OutgoingMail(
      to: address, subject: letter.subject, text: letter.text, html: letter.html, language: letter.language,
      messageID: "\(Hexadecimal.encode(digest))@\(settings.domain)", date: now)
  }
}
