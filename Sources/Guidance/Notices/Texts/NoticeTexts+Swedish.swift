import Lifecycle

extension NoticeTexts {
  static let swedish = NoticeTexts(
    language: .swedish,
    greeting: "Hej!",
    open: "Öppna vägledningsrummet",
    customer: { message, organisation in SwedishNotices.toCustomer(message, organisation) },
    counsellor: { SwedishNotices.toCounsellor($0) },
    ask: { organisation in
      organisation.map { "Har du frågor? Kontakta: \($0)." }
        ?? "Har du frågor? Kontakta den tjänst där du får vägledning."
    },
    reason: { message in
      guard case .invitation = message else {
        return "Du får det här meddelandet eftersom du har ett vägledningsrum."
      }
      return "Du får det här meddelandet eftersom en vägledare har bjudit in dig. "
        + "Om du inte väntade dig en inbjudan kan du radera meddelandet."
    },
    counsellorReason: "Du får det här meddelandet eftersom du är vägledare i rummet.",
    noReply: "Meddelandet har skickats automatiskt. Du kan inte svara på det."
  )
}

private enum SwedishNotices {
  private static let download =
    "Så laddar du ner innehållet: öppna vägledningsrummet och identifiera dig. Ladda ner allt som ett paket (zip). I det finns meddelandena och filerna."

  static func toCustomer(_ message: NoticeMessage, _ organisation: String?) -> NoticeTexts.Content {
    switch message {
    case .closingSoon(let last):
      .init(
        "Ditt vägledningsrum stängs snart",
        "Du har inte loggat in i ditt vägledningsrum på en tid. Om du inte loggar in stängs det. Sista dagen är \(day(last)).",
        "Om du vill fortsätta vägledningen, logga in i rummet senast \(day(last)). Då förblir det öppet.")
    case .closed(let last):
      .init(
        "Ditt vägledningsrum är stängt",
        "Ditt vägledningsrum är stängt. Du kan ändå läsa och skriva där till och med \(day(last)).",
        "Om du vill fortsätta vägledningen, skriv till din vägledare i rummet. Hen kan öppna det igen till och med \(day(last)).",
        "Därefter arkiveras rummet.")
    case .sealingSoon(let last):
      .init(
        "Snart kan du inte längre skriva i ditt vägledningsrum",
        "Du kan skriva i ditt vägledningsrum till och med \(day(last)). Därefter kan du läsa det.")
    case .sealed(let last):
      .init(
        "Du kan inte längre skriva i ditt vägledningsrum",
        "Du kan inte längre skriva i ditt vägledningsrum. Du kan läsa det. Sista dagen före arkiveringen är \(day(last))."
      )
    case .archivingSoon(let last, let canReactivate):
      .init(
        "Ditt vägledningsrum arkiveras snart",
        texts(
          "Ditt vägledningsrum arkiveras snart. Sista dagen före det är \(day(last)).",
          canReactivate
            ? "Om du vill fortsätta vägledningen, skriv till din vägledare i rummet senast \(day(last)). Hen kan öppna det igen."
            : nil,
          "Efter arkiveringen ser vägledaren inte längre rummet. Du kan fortfarande läsa och ladda ner innehållet."))
    case .archived(let last):
      .init("Ditt vägledningsrum har arkiverats", texts("Ditt vägledningsrum har arkiverats.") + archived(last))
    case .archivedEarly(let last, let counsellorGone):
      .init(
        "Ditt vägledningsrum har arkiverats",
        texts(
          counsellorGone
            ? "Din vägledare kan inte fortsätta vägledningen. Därför har ditt vägledningsrum arkiverats tidigare än vanligt."
            : "Ditt vägledningsrum har arkiverats tidigare än vanligt.") + archived(last)
          + texts(
            organisation.map { "Om du fortfarande behöver vägledning, kontakta: \($0). Du kan be om en ny vägledare." }
              ?? "Om du fortfarande behöver vägledning, kontakta den tjänst där du fick den. Du kan be om en ny vägledare."
          ))
    case .erasureSoon(let last):
      .init(
        "Innehållet i ditt vägledningsrum raderas snart",
        "Innehållet i ditt vägledningsrum raderas snart. Sista dagen att läsa och ladda ner det är \(day(last)).",
        download, "Raderat innehåll kan inte återställas.")
    case .erased(let on):
      .init(
        "Ditt vägledningsrum har raderats",
        "Ditt vägledningsrum och allt dess innehåll raderades \(day(on)). Innehållet kan inte återställas.",
        "Du behöver inte göra någonting.")
    case .invitation(let pass): .init("Inbjudan till ett vägledningsrum", invitation(pass))
    case .newMessage: unread
    case .transferred:
      .init(
        "Ditt vägledningsrum har en ny vägledare",
        "Din vägledare har bytts. Den nya vägledaren ser meddelandena och filerna i ditt vägledningsrum. Din tidigare vägledare ser dem inte längre.",
        "Öppna vägledningsrummet så ser du vem din nya vägledare är.")
    case .colleagueProposed:
      .init(
        "Får en andra vägledare komma till ditt rum?",
        "Din vägledare vill bjuda in en andra vägledare till ditt vägledningsrum. Hen ser dina meddelanden och filer bara om du samtycker.",
        "Öppna vägledningsrummet och berätta om du samtycker. Du kan också ändra dig senare.")
    }
  }

  static func toCounsellor(_ message: NoticeMessage) -> NoticeTexts.Content? {
    switch message {
    case .closingSoon(let last):
      .init(
        "Ett vägledningsrum stängs snart",
        "Ett rum där du är vägledare stängs om kunden inte loggar in. Sista dagen är \(day(last)).")
    case .closed(let last):
      .init(
        "Ett vägledningsrum är stängt",
        "Ett rum där du är vägledare är stängt. Du och kunden kan skriva där till och med \(day(last)).",
        "Om vägledningen fortsätter, aktivera rummet igen senast \(day(last)). Annars arkiveras det, och du ser det inte längre."
      )
    case .sealingSoon(let last):
      .init(
        "Snart går det inte längre att skriva i ett vägledningsrum",
        "Det går att skriva i ett rum där du är vägledare till och med \(day(last)). Till och med samma dag kan du aktivera det igen."
      )
    case .sealed(let last):
      .init(
        "Det går inte längre att skriva i ett vägledningsrum",
        "Det går inte längre att skriva i ett rum där du är vägledare. Sista dagen före arkiveringen är \(day(last)).")
    case .archivingSoon(let last, let canReactivate):
      .init(
        "Ett vägledningsrum arkiveras snart",
        texts(
          "Ett rum där du är vägledare arkiveras snart. Sista dagen före det är \(day(last)). Därefter ser du inte längre rummet.",
          canReactivate ? "Om vägledningen fortsätter, aktivera rummet igen senast \(day(last))." : nil))
    case .newMessage: unread
    case .transferred:
      .init(
        "Ett vägledningsrum har en ny vägledare",
        "Ett rum där du är vägledare har getts till en ny vägledare. Öppna rummet så ser du vem det är.")
    case .archived, .archivedEarly, .erasureSoon, .erased, .invitation, .colleagueProposed: nil
    }
  }

  private static let unread = NoticeTexts.Content(
    "Det finns ett nytt meddelande i vägledningsrummet", "Någon har skrivit till dig i vägledningsrummet.",
    "Läs meddelandet i rummet. Av säkerhetsskäl skickas det inte i e-post.")

  private static func archived(_ last: CivilDate?) -> [NoticeLetter.Paragraph] {
    texts(
      "Bara du ser rummet. Vägledaren ser det inte längre.",
      last.map {
        "Du kan läsa och ladda ner innehållet till och med \(day($0)). Därefter raderas det och kan inte återställas."
      } ?? "Du kan läsa och ladda ner innehållet. Raderingen har avbrutits tills vidare.",
      download)
  }

  private static func invitation(_ pass: NoticeMessage.InvitationPass?) -> [NoticeLetter.Paragraph] {
    let start = texts(
      "En vägledare har bjudit in dig till ett vägledningsrum. Där kan ni skriva till varandra och dela filer.")
    guard let pass else { return start + texts("Öppna vägledningsrummet och identifiera dig.") }
    return start + texts("Öppna vägledningsrummet, identifiera dig och ange den här koden:") + [.code(pass.code)]
      + texts("Koden gäller till och med \(day(pass.lastDay)) och kan användas en gång. Ge den inte till någon annan.")
  }

  private static func texts(_ paragraphs: String?...) -> [NoticeLetter.Paragraph] {
    paragraphs.compactMap { $0.map(NoticeLetter.Paragraph.text) }
  }

  private static func day(_ day: CivilDate) -> String { NoticeTexts.day(day, in: .swedish) }
}
