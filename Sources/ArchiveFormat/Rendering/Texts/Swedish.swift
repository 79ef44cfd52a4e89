extension PageTexts {
  static let swedish = PageTexts(
    language: .sv,
    kind: "Vägledningsrum",
    introduction: { asOf in
      """
      <p>Den här sidan innehåller allt som fanns i vägledningsrummet \(asOf). \
      De uppladdade filerna finns i mappen <code>files</code>, och på sidan finns länkar till dem.</p>
      <p>Packa upp hela paketet innan du öppnar länkarna. Sidan fungerar utan nätförbindelse. \
      Klockslagen anges i finsk tid.</p>
      """
    },
    skipToMessages: "Gå till meddelandena",
    contents: "Innehåll",
    sections: Sections(
      basics: "Grunduppgifter", participants: "Deltagare", timeline: "Vägledningsrummets skeden",
      messages: "Meddelanden", files: "Filer", feedback: "Respons",
      authenticity: "Paketets äkthet"),
    basics: Basics(
      organisation: "Organisation", controller: "Personuppgiftsansvarig", register: "Register", topics: "Ämnen",
      guidanceLanguage: "Vägledningens språk", asOf: "Innehållets tidpunkt", identifier: "Identifierare"),
    roles: { role in
      switch role {
      case .customer: "kund"
      case .counsellor: "vägledare"
      case .adviser: "rådgivare"
      case .service: "tjänsten"
      }
    },
    events: { kind in
      switch kind {
      case .opened: "Vägledningsrummet öppnades"
      case .closed: "Vägledningsrummet stängdes"
      case .reactivated: "Vägledningsrummet togs i bruk på nytt"
      case .archived: "Vägledningsrummet arkiverades"
      case .restricted: "Behandlingen av uppgifterna begränsades"
      case .unrestricted: "Begränsningen av behandlingen upphörde"
      case .holdPlaced: "Förvaringstiden förlängdes"
      case .holdReleased: "Förlängningen av förvaringstiden upphörde"
      case .contentRemoved: "En kunds uppgifter raderades genom dataskyddsombudets beslut"
      }
    },
    lastDays: LastDays(
      heading: "Sista dagarna", active: "Vägledningens sista dag",
      reactivatable: "Sista dag då rummet kan tas i bruk på nytt",
      archived: "Sista dag då innehållet kan läsas och laddas ner", open: "inte fastställd ännu"),
    counts: Counts(message: "meddelande", messages: "meddelanden", file: "fil", files: "filer"),
    removedMessage: "Det här meddelandet har raderats genom dataskyddsombudets beslut.",
    noMessages: "Det finns inga meddelanden i vägledningsrummet.",
    noFiles: "Det finns inga filer i vägledningsrummet.",
    languageNames: ["fi": "finska", "sv": "svenska", "en": "engelska", "se": "nordsamiska"],
    messageNumber: "Meddelande",
    joined: "anslöt sig",
    left: "lämnade rummet",
    unnamed: "Namn saknas",
    notNamed: "Uppges inte",
    nameInPackage: "Namn i paketet",
    checksum: "SHA-256-kontrollsumma",
    rating: { "Betyg: \($0)/5" },
    authenticity: Authenticity(
      files:
        "Filen manifest.json innehåller en kontrollsumma för varje annan fil i paketet, och manifest.sig är tjänstens "
        + "underskrift på den. De visar att paketet inte har ändrats.",
      program: "Det ouppackade paketet kontrolleras med kommandot",
      keys: "Nycklarna publiceras på tjänstens adress som slutar på", archive: "paket.zip", keyFile: "nycklar.json"),
    footer: "Samma innehåll finns i maskinläsbar form i filen space.json."
  )
}
