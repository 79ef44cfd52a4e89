extension PageTexts {
  static let finnish = PageTexts(
    language: .fi,
    kind: "Ohjaustila",
    introduction: { asOf in
      """
      <p>Tällä sivulla on ohjaustilan koko sisältö sellaisena kuin se oli \(asOf). \
      Ladatut tiedostot ovat kansiossa <code>files</code>, ja niihin on linkit tällä sivulla.</p>
      <p>Pura paketti kokonaan ennen kuin avaat linkkejä. Sivu toimii ilman verkkoyhteyttä. \
      Kellonajat ovat Suomen aikaa.</p>
      """
    },
    skipToMessages: "Siirry viesteihin",
    contents: "Sisällys",
    sections: Sections(
      basics: "Perustiedot", participants: "Osallistujat", timeline: "Ohjaustilan vaiheet", messages: "Viestit",
      files: "Tiedostot", feedback: "Palaute"),
    basics: Basics(
      organisation: "Organisaatio", controller: "Rekisterinpitäjä", register: "Rekisteri", topics: "Aiheet",
      guidanceLanguage: "Ohjauksen kieli", asOf: "Sisällön ajankohta", identifier: "Tunniste"),
    roles: { role in
      switch role {
      case .customer: "asiakas"
      case .counsellor: "ohjaaja"
      case .adviser: "neuvoja"
      case .service: "palvelu"
      }
    },
    events: { kind in
      switch kind {
      case .opened: "Ohjaustila avattiin"
      case .closed: "Ohjaustila suljettiin"
      case .reactivated: "Ohjaustila otettiin uudelleen käyttöön"
      case .archived: "Ohjaustila arkistoitiin"
      case .restricted: "Tietojen käsittelyä rajoitettiin"
      case .unrestricted: "Käsittelyn rajoitus päättyi"
      case .holdPlaced: "Säilytysaikaa pidennettiin"
      case .holdReleased: "Säilytysajan pidennys päättyi"
      case .contentRemoved: "Asiakkaan tietoja poistettiin tietosuojavastaavan päätöksellä"
      }
    },
    lastDays: LastDays(
      heading: "Viimeiset päivät", active: "Ohjauksen viimeinen päivä",
      reactivatable: "Viimeinen päivä ottaa tila uudelleen käyttöön",
      archived: "Viimeinen päivä lukea ja ladata sisältö", open: "ei vielä määrätty"),
    counts: Counts(message: "viesti", messages: "viestiä", file: "tiedosto", files: "tiedostoa"),
    removedMessage: "Tämä viesti on poistettu tietosuojavastaavan päätöksellä.",
    noMessages: "Ohjaustilassa ei ole viestejä.",
    noFiles: "Ohjaustilassa ei ole tiedostoja.",
    languageNames: ["fi": "suomi", "sv": "ruotsi", "en": "englanti", "se": "pohjoissaame"],
    messageNumber: { "Viesti \($0)" },
    joined: "liittyi",
    left: "poistui",
    unnamed: "Nimi puuttuu",
    notNamed: "Ei ilmoiteta",
    checksum: "SHA-256-tarkiste",
    rating: { "Arvosana: \($0)/5" },
    footer: "Sama sisältö on koneluettavana tiedostossa space.json. "
      + "Tiedostot manifest.json ja manifest.sig todistavat, ettei pakettia ole muutettu."
  )
}
