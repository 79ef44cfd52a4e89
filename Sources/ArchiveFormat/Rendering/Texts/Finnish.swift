extension PageTexts {
  static let finnish = PageTexts(
    language: .fi,
    kind: "Ohjaustila",
    introduction: { asOf in
      """
      <p>Tällä sivulla on ohjaustilan koko sisältö sellaisena kuin se oli \(asOf). \
      Ohjaustilaan lisätyt tiedostot ovat kansiossa <code>files</code>, ja tällä sivulla on linkit niihin.</p>
      <p>Pura paketti kokonaan, ennen kuin avaat linkkejä. Sivu toimii ilman verkkoyhteyttä. \
      Kellonajat ovat Suomen aikaa.</p>
      """
    },
    skipToMessages: "Siirry viesteihin",
    contents: "Sisällys",
    sections: Sections(
      basics: "Perustiedot", participants: "Osallistujat", timeline: "Ohjaustilan vaiheet", messages: "Viestit",
      files: "Tiedostot", feedback: "Palaute", authenticity: "Paketin aitous"),
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
      reactivatable: "Viimeinen päivä, jona tilan voi ottaa uudelleen käyttöön",
      archived: "Viimeinen päivä, jona sisällön voi lukea ja ladata", open: "ei vielä määrätty"),
    counts: Counts(message: "viesti", messages: "viestiä", file: "tiedosto", files: "tiedostoa"),
    removedMessage: "Tämä viesti on poistettu tietosuojavastaavan päätöksellä.",
    noMessages: "Ohjaustilassa ei ole viestejä.",
    noFiles: "Ohjaustilassa ei ole tiedostoja.",
    languageNames: ["fi": "suomi", "sv": "ruotsi", "en": "englanti", "se": "pohjoissaame"],
    messageNumber: "Viesti",
    joined: "liittyi",
    left: "poistui",
    unnamed: "Nimi puuttuu",
    notNamed: "Ei ilmoiteta",
    nameInPackage: "Nimi paketissa",
    checksum: "SHA-256-tarkistussumma",
    rating: { "Arvosana: \($0)/5" },
    authenticity: Authenticity(
      files: "Tiedostossa manifest.json on paketin jokaisen muun tiedoston tarkistussumma, ja manifest.sig on palvelun "
        + "allekirjoitus siihen. Niistä näkee, ettei pakettia ole muutettu.",
      program: "Tarkistus tehdään purkamattomasta paketista komennolla",
      keys: "Avaimet julkaistaan palvelun osoitteessa, jonka loppuosa on", archive: "paketti.zip",
      keyFile: "avaimet.json"),
    footer: "Sama sisältö on koneluettavana tiedostossa space.json."
  )
}
