import Lifecycle

extension NoticeTexts {
  static let finnish = NoticeTexts(
    language: .finnish,
    greeting: "Hei!",
    open: "Avaa ohjaustila",
    customer: { message, organisation in FinnishNotices.toCustomer(message, organisation) },
    counsellor: { FinnishNotices.toCounsellor($0) },
    ask: { organisation in
      organisation.map { "Onko sinulla kysyttävää? Ota yhteyttä: \($0)." }
        ?? "Onko sinulla kysyttävää? Ota yhteyttä palveluun, jossa saat ohjausta."
    },
    reason: { message in
      guard case .invitation = message else { return "Saat tämän viestin, koska sinulla on ohjaustila." }
      return "Saat tämän viestin, koska ohjaaja kutsui sinut. Jos et odottanut kutsua, voit poistaa viestin."
    },
    counsellorReason: "Saat tämän viestin, koska olet ohjaustilan ohjaaja.",
    noReply: "Viesti on lähetetty automaattisesti. Siihen ei voi vastata."
  )
}

private enum FinnishNotices {
  private static let download =
    "Näin lataat sisällön: avaa ohjaustila ja tunnistaudu. Lataa koko sisältö yhtenä pakettina (zip). Siinä ovat viestit ja tiedostot."

  static func toCustomer(_ message: NoticeMessage, _ organisation: String?) -> NoticeTexts.Content {
    switch message {
    case .closingSoon(let last):
      .init(
        "Ohjaustilasi suljetaan pian",
        "Et ole vähään aikaan kirjautunut ohjaustilaasi. Jos et kirjaudu, se suljetaan. Viimeinen päivä on \(day(last)).",
        "Jos haluat jatkaa ohjausta, kirjaudu ohjaustilaan viimeistään \(day(last)). Silloin se pysyy auki.")
    case .closed(let last):
      .init(
        "Ohjaustilasi on suljettu",
        "Ohjaustilasi on suljettu. Voit silti lukea ja kirjoittaa siellä \(day(last)) asti.",
        "Jos haluat jatkaa ohjausta, kirjoita ohjaajallesi ohjaustilassa. Hän voi avata sen uudelleen \(day(last)) asti.",
        "Sen jälkeen ohjaustila arkistoidaan.")
    case .sealingSoon(let last):
      .init(
        "Ohjaustilaasi voi kirjoittaa enää vähän aikaa",
        "Voit kirjoittaa ohjaustilaasi \(day(last)) asti. Sen jälkeen voit lukea sitä.")
    case .sealed(let last):
      .init(
        "Ohjaustilaasi ei voi enää kirjoittaa",
        "Ohjaustilaasi ei voi enää kirjoittaa. Voit lukea sitä. Viimeinen päivä ennen arkistointia on \(day(last)).")
    case .archivingSoon(let last, let canReactivate):
      .init(
        "Ohjaustilasi arkistoidaan pian",
        texts(
          "Ohjaustilasi arkistoidaan pian. Viimeinen päivä ennen sitä on \(day(last)).",
          canReactivate
            ? "Jos haluat jatkaa ohjausta, kirjoita ohjaajallesi ohjaustilassa viimeistään \(day(last)). Hän voi avata sen uudelleen."
            : nil,
          "Arkistoinnin jälkeen ohjaaja ei enää näe ohjaustilaa. Sinä voit yhä lukea ja ladata sen sisällön."))
    case .archived(let last): .init("Ohjaustilasi on arkistoitu", texts("Ohjaustilasi on arkistoitu.") + archived(last))
    case .archivedEarly(let last, let counsellorGone):
      .init(
        "Ohjaustilasi on arkistoitu",
        texts(
          counsellorGone
            ? "Ohjaajasi ei voi enää jatkaa ohjausta. Siksi ohjaustilasi on arkistoitu tavallista aiemmin."
            : "Ohjaustilasi on arkistoitu tavallista aiemmin.") + archived(last)
          + texts(
            organisation.map { "Jos tarvitset vielä ohjausta, ota yhteyttä: \($0). Voit pyytää uutta ohjaajaa." }
              ?? "Jos tarvitset vielä ohjausta, ota yhteyttä palveluun, jossa sait sitä. Voit pyytää uutta ohjaajaa."))
    case .erasureSoon(let last):
      .init(
        "Ohjaustilasi sisältö poistetaan pian",
        "Ohjaustilasi sisältö poistetaan pian. Viimeinen päivä lukea ja ladata se on \(day(last)).",
        download, "Poistettua sisältöä ei voi palauttaa.")
    case .erased(let on):
      .init(
        "Ohjaustilasi on poistettu",
        "Ohjaustilasi ja kaikki sen sisältö poistettiin \(day(on)). Sisältöä ei voi palauttaa.",
        "Sinun ei tarvitse tehdä mitään.")
    case .invitation(let pass): .init("Kutsu ohjaustilaan", invitation(pass))
    case .newMessage: unread
    case .transferred:
      .init(
        "Ohjaustilallasi on uusi ohjaaja",
        "Ohjaajasi on vaihtunut. Uusi ohjaaja näkee ohjaustilasi viestit ja tiedostot. Aiempi ohjaaja ei enää näe niitä.",
        "Avaa ohjaustila, niin näet, kuka uusi ohjaajasi on.")
    case .colleagueProposed:
      .init(
        "Saako toinen ohjaaja tulla ohjaustilaasi?",
        "Ohjaajasi haluaa kutsua ohjaustilaasi toisen ohjaajan. Hän näkee viestisi ja tiedostosi vain, jos suostut siihen.",
        "Avaa ohjaustila ja kerro, suostutko. Voit muuttaa mielesi myös myöhemmin.")
    }
  }

  static func toCounsellor(_ message: NoticeMessage) -> NoticeTexts.Content? {
    switch message {
    case .closingSoon(let last):
      .init(
        "Ohjaustila suljetaan pian",
        "Ohjaustila, jonka ohjaaja olet, suljetaan, jos asiakas ei kirjaudu siihen. Viimeinen päivä on \(day(last)).")
    case .closed(let last):
      .init(
        "Ohjaustila on suljettu",
        "Ohjaustila, jonka ohjaaja olet, on suljettu. Sinä ja asiakas voitte kirjoittaa siihen \(day(last)) asti.",
        "Jos ohjaus jatkuu, aktivoi ohjaustila uudelleen viimeistään \(day(last)). Muuten se arkistoidaan, etkä enää näe sitä."
      )
    case .sealingSoon(let last):
      .init(
        "Ohjaustilaan voi kirjoittaa enää vähän aikaa",
        "Ohjaustilaan, jonka ohjaaja olet, voi kirjoittaa \(day(last)) asti. Samaan päivään asti voit aktivoida sen uudelleen."
      )
    case .sealed(let last):
      .init(
        "Ohjaustilaan ei voi enää kirjoittaa",
        "Ohjaustilaan, jonka ohjaaja olet, ei voi enää kirjoittaa. Viimeinen päivä ennen arkistointia on \(day(last)).")
    case .archivingSoon(let last, let canReactivate):
      .init(
        "Ohjaustila arkistoidaan pian",
        texts(
          "Ohjaustila, jonka ohjaaja olet, arkistoidaan pian. Viimeinen päivä ennen sitä on \(day(last)). Sen jälkeen et enää näe ohjaustilaa.",
          canReactivate ? "Jos ohjaus jatkuu, aktivoi ohjaustila uudelleen viimeistään \(day(last))." : nil))
    case .newMessage: unread
    case .transferred:
      .init(
        "Ohjaustilassa on uusi ohjaaja",
        "Ohjaustila, jossa olet ohjaajana, on siirretty uudelle ohjaajalle. Avaa ohjaustila, niin näet, kuka hän on.")
    case .archived, .archivedEarly, .erasureSoon, .erased, .invitation, .colleagueProposed: nil
    }
  }

  private static let unread = NoticeTexts.Content(
    "Ohjaustilassa on uusi viesti", "Sinulle on kirjoitettu ohjaustilassa.",
    "Lue viesti ohjaustilassa. Turvallisuuden vuoksi sitä ei lähetetä sähköpostissa.")

  private static func archived(_ last: CivilDate?) -> [NoticeLetter.Paragraph] {
    texts(
      "Vain sinä näet ohjaustilan. Ohjaaja ei enää näe sitä.",
      last.map {
        "Voit lukea ja ladata sisällön \(day($0)) asti. Sen jälkeen sisältö poistetaan, eikä sitä voi palauttaa."
      } ?? "Voit lukea ja ladata sisällön. Sen poistaminen on keskeytetty toistaiseksi.",
      download)
  }

  private static func invitation(_ pass: NoticeMessage.InvitationPass?) -> [NoticeLetter.Paragraph] {
    let start = texts(
      "Ohjaaja on kutsunut sinut ohjaustilaan. Siellä voitte kirjoittaa toisillenne ja jakaa tiedostoja.")
    guard let pass else { return start + texts("Avaa ohjaustila ja tunnistaudu.") }
    return start + texts("Avaa ohjaustila, tunnistaudu ja anna tämä koodi:") + [.code(pass.code)]
      + texts("Koodi on voimassa \(day(pass.lastDay)) asti, ja sitä voi käyttää kerran. Älä anna koodia muille.")
  }

  private static func texts(_ paragraphs: String?...) -> [NoticeLetter.Paragraph] {
    paragraphs.compactMap { $0.map(NoticeLetter.Paragraph.text) }
  }

  private static func day(_ day: CivilDate) -> String { NoticeTexts.day(day, in: .finnish) }
}
