"""What simulated phones write: Dutch that makes sense, about nobody, for rehearsals and demonstrations."""

CARDS = {
    "zorg": (
        "Foto's worden doorgestuurd zonder dat je het weet.",
        "Ik weet niet bij wie je terechtkunt.",
        "Mensen lachen mee als een grapje te ver gaat.",
        "Je durft niks te zeggen, want dan hoor je er niet meer bij.",
        "Op straat word je nageroepen.",
        "'s Avonds fiets ik liever om.",
        "Docenten weten vaak niet wat ze moeten doen.",
        "In groepsapps gaat het snel te ver.",
        "Er wordt weinig gepraat over wat je wel en niet wilt.",
        "Wie iets doorstuurt, merkt daar niks van.",
        "Bij de bushalte voelt het niet fijn.",
        "Thuis kun je er moeilijk over praten.",
        "Op feestjes houdt niemand toezicht.",
        "Sommige trainers raken je te veel aan.",
        "Jongens durven er niet over te praten.",
    ),
    "kans": (
        "De jongerenwerker kennen we. Die vertrouwen we.",
        "Op de ouderavond bleef iedereen hangen.",
        "In onze klas zegt altijd wel iemand: stop.",
        "De trainer wil met ons team afspraken maken.",
        "Er is een fijne plek in de buurt om te zitten.",
        "Onze mentor neemt echt de tijd.",
        "Leerlingen willen zelf een les geven.",
        "Bij de club letten we op elkaar.",
        "De GGD komt langs op school.",
        "Ouders willen graag meedenken.",
        "Er is een app waar je anoniem iets kunt melden.",
        "De wijkagent loopt vaak even mee.",
    ),
    "": (
        "Vraag het aan jongeren zelf.",
        "Eén vast gezicht per school.",
        "Duidelijk wie je kunt bellen.",
        "Vaker samen om tafel, ook als het goed gaat.",
        "Korte lijnen tussen school en wijkteam.",
        "Iedereen vertelt iets anders aan ouders.",
        "Er is te weinig tijd om echt te luisteren.",
        "We beginnen vaak pas als het misgaat.",
        "Er zijn veel goede plannen, maar los van elkaar.",
        "De jeugd weet niet wat er allemaal is.",
    ),
}

HIGHER = (
    "Terugbellen als wij iets vertellen.",
    "Elkaar vaker zien dan twee keer per jaar.",
    "Opschrijven wie wat doet.",
    "Ook jongeren aan tafel.",
    "Eerlijk zeggen als iets niet lukt.",
    "Eén agenda waar alles in staat.",
    "Weten wie er mag beslissen.",
    "Minder vergaderen en meer langsgaan.",
)

ACTIONS = (
    "Eén plek met hulp in gewone taal",
    "Les over foto's doorsturen, met leerlingen gemaakt",
    "Jongeren praten voortaan mee in het overleg",
    "Jongerenwerk ook in de avond op het plein",
    "Elke partner kiest één vast gezicht",
    "Afspraken maken met sportclubs in de buurt",
    "Een avond voor ouders op elke school",
)
