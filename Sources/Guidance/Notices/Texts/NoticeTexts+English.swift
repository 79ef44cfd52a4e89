import Lifecycle

extension NoticeTexts {
  static let english = NoticeTexts(
    language: .english,
    greeting: "Hello,",
    open: "Open the guidance space",
    customer: { message, organisation in EnglishNotices.toCustomer(message, organisation) },
    counsellor: { EnglishNotices.toCounsellor($0) },
    ask: { organisation in
      organisation.map { "Do you have questions? Contact: \($0)." }
        ?? "Do you have questions? Contact the service that gives you guidance."
    },
    reason: { message in
      guard case .invitation = message else { return "You get this message because you have a guidance space." }
      return "You get this message because a counsellor invited you. "
        + "If you did not expect an invitation, you can delete it."
    },
    counsellorReason: "You get this message because you are a counsellor of the guidance space.",
    noReply: "This message was sent automatically. You cannot reply to it."
  )
}

private enum EnglishNotices {
  private static let download =
    "To download the content: open the guidance space and sign in. Download everything as one package (zip). It holds the messages and the files."

  static func toCustomer(_ message: NoticeMessage, _ organisation: String?) -> NoticeTexts.Content {
    switch message {
    case .closingSoon(let last):
      .init(
        "Your guidance space will close soon",
        "You have not signed in to your guidance space for some time. If you do not sign in, it will close. The last day is \(day(last)).",
        "If you want to continue, sign in to the guidance space by \(day(last)). It will then stay open.")
    case .closed(let last):
      .init(
        "Your guidance space is closed",
        "Your guidance space is closed. You can still read and write there up to and including \(day(last)).",
        "If you want to continue, write to your counsellor in the guidance space. Your counsellor can open it again up to and including \(day(last)).",
        "After that the guidance space will be archived.")
    case .sealingSoon(let last):
      .init(
        "Writing in your guidance space ends soon",
        "You can write in your guidance space up to and including \(day(last)). After that you can read it.")
    case .sealed(let last):
      .init(
        "You can no longer write in your guidance space",
        "You can no longer write in your guidance space. You can read it. The last day before it is archived is \(day(last))."
      )
    case .archivingSoon(let last, let canReactivate):
      .init(
        "Your guidance space will be archived soon",
        texts(
          "Your guidance space will be archived soon. The last day before that is \(day(last)).",
          canReactivate
            ? "If you want to continue, write to your counsellor in the guidance space by \(day(last)). Your counsellor can open it again."
            : nil,
          "Once it is archived, your counsellor no longer sees it. You can still read and download its content."))
    case .archived(let last):
      .init("Your guidance space has been archived", texts("Your guidance space has been archived.") + archived(last))
    case .archivedEarly(let last, let counsellorGone):
      .init(
        "Your guidance space has been archived",
        texts(
          counsellorGone
            ? "Your counsellor can no longer continue. Your guidance space has therefore been archived earlier than usual."
            : "Your guidance space has been archived earlier than usual.") + archived(last)
          + texts(
            organisation.map { "If you still need guidance, contact: \($0). You can ask for a new counsellor." }
              ?? "If you still need guidance, contact the service that gave it. You can ask for a new counsellor."))
    case .erasureSoon(let last):
      .init(
        "The content of your guidance space will be erased soon",
        "The content of your guidance space will be erased soon. The last day to read and download it is \(day(last)).",
        download, "Erased content cannot be brought back.")
    case .erased(let on):
      .init(
        "Your guidance space has been erased",
        "Your guidance space and all of its content were erased on \(day(on)). The content cannot be brought back.",
        "You do not need to do anything.")
    case .invitation(let pass): .init("Invitation to a guidance space", invitation(pass))
    case .newMessage: unread
    case .transferred:
      .init(
        "Your guidance space has a new counsellor",
        "Your counsellor has changed. Your new counsellor sees the messages and files in your guidance space. Your former counsellor no longer sees them.",
        "Open the guidance space to see who your new counsellor is.")
    case .colleagueProposed:
      .init(
        "May a second counsellor join your guidance space?",
        "Your counsellor would like to invite a second counsellor. That person sees your messages and files only if you agree.",
        "Open the guidance space to agree or decline. You can also change your mind later.")
    }
  }

  static func toCounsellor(_ message: NoticeMessage) -> NoticeTexts.Content? {
    switch message {
    case .closingSoon(let last):
      .init(
        "A guidance space will close soon",
        "A guidance space that you lead will close if the customer does not sign in. The last day is \(day(last)).")
    case .closed(let last):
      .init(
        "A guidance space is closed",
        "A guidance space that you lead is closed. You and the customer can write there up to and including \(day(last)).",
        "If guidance continues, reactivate the space by \(day(last)). Otherwise it will be archived, and you will no longer see it."
      )
    case .sealingSoon(let last):
      .init(
        "Writing in a guidance space ends soon",
        "In a guidance space that you lead, writing ends after \(day(last)). You can reactivate it up to the same day.")
    case .sealed(let last):
      .init(
        "A guidance space can no longer be written in",
        "A guidance space that you lead can no longer be written in. The last day before it is archived is \(day(last))."
      )
    case .archivingSoon(let last, let canReactivate):
      .init(
        "A guidance space will be archived soon",
        texts(
          "A guidance space that you lead will be archived soon. The last day before that is \(day(last)). After that you will no longer see it.",
          canReactivate ? "If guidance continues, reactivate the space by \(day(last))." : nil))
    case .newMessage: unread
    case .transferred:
      .init(
        "A guidance space has a new counsellor",
        "A guidance space in which you are a counsellor has been given to a new counsellor. Open it to see who that is."
      )
    case .archived, .archivedEarly, .erasureSoon, .erased, .invitation, .colleagueProposed: nil
    }
  }

  private static let unread = NoticeTexts.Content(
    "There is a new message in the guidance space", "Somebody has written to you in the guidance space.",
    "Read the message there. For your safety it is not sent by e-mail.")

  private static func archived(_ last: CivilDate?) -> [NoticeLetter.Paragraph] {
    texts(
      "Only you see the guidance space. Your counsellor no longer sees it.",
      last.map {
        "You can read and download the content up to and including \(day($0)). Then it is erased and cannot be brought back."
      }
        ?? "You can read and download the content. Its erasure is suspended for now.",
      download)
  }

  private static func invitation(_ pass: NoticeMessage.InvitationPass?) -> [NoticeLetter.Paragraph] {
    let start = texts(
      "A counsellor has invited you to a guidance space. There you can write to each other and share files.")
    guard let pass else { return start + texts("Open the guidance space and sign in.") }
    return start + texts("Open the guidance space, sign in and give this code:") + [.code(pass.code)]
      + texts(
        "The code is valid up to and including \(day(pass.lastDay)) and can be used once. Do not give it to anybody else."
      )
  }

  private static func texts(_ paragraphs: String?...) -> [NoticeLetter.Paragraph] {
    paragraphs.compactMap { $0.map(NoticeLetter.Paragraph.text) }
  }

  private static func day(_ day: CivilDate) -> String { NoticeTexts.day(day, in: .english) }
}
