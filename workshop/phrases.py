"""What simulated phones write: Dutch that makes sense, about nobody, for rehearsals and demonstrations."""

from __future__ import annotations

from collections.abc import Sequence

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
        "Over wensen en grenzen praten we weinig.",
        "Wie iets doorstuurt, merkt daar niks van.",
        "Bij de bushalte voelt het niet fijn.",
        "Thuis kun je er moeilijk over praten.",
        "Op feestjes houdt niemand toezicht.",
        "Sommige trainers raken je te veel aan.",
        "Jongens durven er niet over te praten.",
        "Je krijgt appjes van mensen die je niet kent.",
        "Als je iets meldt, weet meteen de hele klas het.",
        "Op het plein achter het station hangt het licht kapot.",
        "Er wordt gezegd dat je het zelf hebt uitgelokt.",
        "Nepfoto's van klasgenoten worden zo gemaakt.",
        "In de kleedkamer wordt er stiekem gefilmd.",
        "Er is één les over seks en die gaat over soa's.",
        "Je hoort wel wat niet mag, maar niet wat wel fijn is.",
        "Ouders denken dat het bij hun kind niet gebeurt.",
        "Wie homo is, krijgt veel opmerkingen.",
        "Hulp heeft een wachttijd van maanden.",
        "Niemand vraagt door als je zegt dat het goed gaat.",
        "In het uitgaan zit er zomaar iemand aan je.",
        "Nieuwkomers weten niet wat hier normaal is.",
        "Influencers maken rare ideeën heel gewoon.",
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
        "Oudere leerlingen helpen de brugklas.",
        "Het buurthuis is nu ook 's avonds open.",
        "Thuis kun je bij ons over alles praten.",
        "In de kantine hangt nu wie je kunt bellen.",
        "De discotheek wil het personeel trainen.",
        "Jongens uit ons team spreken elkaar aan.",
        "Via de klassenapp kun je ook steun geven.",
        "De conciërge ziet meteen als er iets is.",
        "De gemeente luistert nu naar de jongerenraad.",
        "Een oud-leerling wil erover vertellen.",
        "Op de sportclub is een vertrouwenspersoon.",
        "Bij het jongerenwerk kun je gewoon binnenlopen.",
        "Onze docent maakt het bespreekbaar met filmpjes.",
        "Jongeren maken zelf een campagne online.",
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
        "Wij zien elkaar pas als er iets is gebeurd.",
        "Sportclubs willen wel, maar weten niet hoe.",
        "Jongeren willen kort en duidelijk horen wat er kan.",
        "Ouders vragen om hulp bij het gesprek thuis.",
    ),
}

# Words in a question -> cards that answer that question better than the general ones.
TOPICS = (
    (
        ("waardoor", "waar komt", "hoe komt", "waar ligt dat aan"),
        (
            "Niemand leert hoe je nee zegt.",
            "Online is er altijd publiek.",
            "Volwassenen praten er zelf ook niet over.",
            "Je wilt erbij horen.",
            "Er staat bijna nooit straf op doorsturen.",
            "Films en series doen alsof het normaal is.",
            "Scholen zijn bang voor hun naam.",
            "Hulp zit te ver weg van waar jongeren zijn.",
            "Afspraken staan op papier, maar niemand kent ze.",
            "Jongens leren dat ze stoer moeten zijn.",
            "Er is veel wisseling van docenten en begeleiders.",
            "Schaamte. Je wilt niet dat iemand het weet.",
            "Iedereen denkt dat een ander er iets van zegt.",
            "Een telefoon heb je altijd bij je.",
            "Thuis gaat het er nooit over.",
            "Wie het doet, is vaak juist populair.",
            "Jongeren weten niet wat strafbaar is.",
            "Er zijn te weinig plekken zonder toezicht van school.",
            "Melden levert meer gedoe op dan het oplost.",
            "Grenzen leer je pas als je ze mag oefenen.",
            "Professionals wachten op elkaar.",
            "Er is geld voor projecten, niet voor lange adem.",
        ),
    ),
    (
        ("horen", "contact met je"),
        (
            "Een kort filmpje in de klas.",
            "Via de jongerenwerker.",
            "Een appje met drie punten.",
            "Kom het gewoon vertellen op school.",
            "Een poster in de kantine.",
            "Over een maand nog een keer zo'n bijeenkomst.",
            "Op Instagram, maar dan wel kort.",
            "Via mijn mentor.",
            "Een brief die ik snap.",
            "Met een mail aan ons allemaal.",
            "Laat zien wat er is veranderd, met foto's.",
            "Een QR-code in de fietsenstalling.",
            "In de nieuwsbrief van school.",
            "Van iemand die ik ken, niet van een kantoor.",
            "Een podcast van een kwartier.",
            "Op het prikbord van de club.",
            "Een spreekuur in de pauze.",
            "Via de leerlingenraad.",
            "Liever niet in een lang verslag.",
            "In de groepsapp van het jongerencentrum.",
        ),
    ),
    (
        ("merk je", "wat zie", "hoor je", "valt op"),
        (
            "Er wordt meer gefilmd dan vroeger.",
            "Meisjes gaan niet meer alleen naar huis.",
            "Er gaan nepfoto's rond in groepsapps.",
            "Jongeren vragen vaker wat normaal is.",
            "Het gaat sneller rond dan wij weten.",
            "Jongeren praten erover als je samen iets doet.",
            "Na de zomer zijn er meer meldingen op school.",
            "Leerlingen spreken elkaar vaker aan.",
            "Ouders weten niet welke apps hun kind gebruikt.",
            "In het uitgaan grijpt er zelden iemand in.",
            "Grapjes over seks zijn er ook al in groep acht.",
            "Meisjes houden hun jas aan in de gymzaal.",
            "Jongens durven minder te zeggen dan ze vinden.",
            "Vriendinnen lopen samen naar het toilet in de club.",
            "Jongeren delen hun locatie met elkaar, voor de zekerheid.",
            "Er is meer jaloezie en controle in verkering.",
            "De een vindt het flirten, de ander vindt het eng.",
            "Leerlingen melden iets liever bij de conciërge.",
            "Bij de bus staan vaak groepjes die roepen.",
            "Jongeren helpen elkaar als iemand wordt lastiggevallen.",
            "In de zomer komen er vragen van vakantiewerkers.",
        ),
    ),
    (
        ("aan wie", "wie weet", "wie moet", "wie zijn nodig"),
        (
            "De jongerenraad.",
            "Mentoren van de brugklas.",
            "De GGD, over de jeugdmonitor.",
            "Jongeren die niet naar school gaan.",
            "De horeca en hun beveiliging.",
            "Ouders die nooit op een ouderavond komen.",
            "Het Centrum Seksueel Geweld.",
            "Trainers van de sportclubs.",
            "Jongerenwerkers die online werken.",
            "De leerlingenraad van het mbo.",
            "Huisartsen in de wijk.",
            "Jongeren met een beperking en hun begeleiders.",
            "De wijkagent.",
            "De bibliotheek en het buurtcentrum.",
            "Nieuwkomers en hun school.",
        ),
    ),
    (
        ("meedoen", "doen mee", "echte plek", "erbij"),
        (
            "Elke keer twee jongeren aan tafel, met een vergoeding.",
            "Ga naar ze toe: het plein, de kantine, de club.",
            "Een panel dat elk kwartaal meedenkt.",
            "Eerst laten zien wat er met de vorige inbreng gebeurde.",
            "Korte vragen in een app, zonder naam.",
            "Jongeren kiezen zelf het onderwerp.",
            "Vergader na schooltijd en met eten.",
            "Ouders vragen via de sportclub.",
            "Jongeren geven zelf de les.",
            "Een vast maatje voor wie nieuw aan tafel zit.",
            "Schrijf het verslag zo dat wij het snappen.",
            "Laat gezinnen vertellen wat hielp.",
        ),
    ),
)

HIGHER = (
    "Terugbellen als wij iets vertellen.",
    "Elkaar vaker zien dan twee keer per jaar.",
    "Opschrijven wie wat doet.",
    "Ook jongeren aan tafel.",
    "Eerlijk zeggen als iets niet lukt.",
    "Eén agenda waar alles in staat.",
    "Weten wie er mag beslissen.",
    "Minder vergaderen en meer langsgaan.",
    "Een vaste vervanger als iemand ziek is.",
    "Vieren wat er is gelukt.",
    "Elke keer terugkijken op de vorige afspraken.",
    "Duidelijk zeggen wat ieder nodig heeft.",
    "Niet steeds opnieuw je verhaal doen.",
    "Besluiten dezelfde week delen.",
    "Een plek waar we elkaar zomaar tegenkomen.",
    "Ook de kleine partners aan het woord.",
    "Zeggen wat je kunt en wat je niet kunt.",
    "Meer tijd voor dit werk van onze leiding.",
    "Eén keer per jaar een dag bij elkaar meelopen.",
    "Weten wat er met onze inbreng gebeurt.",
)

ACTIONS = (
    "Eén plek met hulp in gewone taal",
    "Les over foto's doorsturen, met leerlingen gemaakt",
    "Jongeren praten voortaan mee in het overleg",
    "Jongerenwerk ook in de avond op het plein",
    "Elke partner kiest één vast gezicht",
    "Afspraken maken met sportclubs in de buurt",
    "Een avond voor ouders op elke school",
    "Beter licht bij het station",
    "Personeel in het uitgaan leren ingrijpen",
    "Een kaartje met alle nummers in elke kantine",
)

REASONS = (
    "Dit hoor ik elke week.",
    "Dit is bij ons op school echt zo.",
    "Hier kunnen we snel iets aan doen.",
    "In mijn wijk is het anders.",
    "De cijfers zijn al een paar jaar oud.",
    "Veel jongeren vertellen het aan niemand.",
)

# A word in a card -> the place that the card is about.
_PLACES = (
    ("Sport", ("trainer", "club", "team", "kleedkamer", "sport")),
    ("Uitgaan", ("uitgaan", "feest", "discotheek")),
    ("School", ("school", "klas", "docent", "mentor", "leerling", "conciërge", "kantine", " les ")),
    ("Online", ("foto", "app", "online", "film", "influencer", "instagram")),
    ("Buurt", ("straat", "buurt", "bushalte", "fiets", "plein", "wijk")),
    ("Thuis", ("thuis", "ouder")),
)


def for_card(question: str, tone: str = "") -> tuple[str, ...]:
    """Returns cards that answer this question; with a tone, the cards of that tone."""
    if tone in CARDS and tone:
        return CARDS[tone]
    asked = question.lower()
    return next((cards for words, cards in TOPICS if any(word in asked for word in words)), CARDS[""])


def place_of(card: str, places: Sequence[str]) -> str:
    """Returns the one of `places` that a card is about; empty when it names none."""
    said = card.lower()
    about = next((place for place, words in _PLACES if any(word in said for word in words)), "")
    return about if about in places else ""


SIGNALS = {
    "indicator": (
        "Hoeveel jongeren weten bij wie ze terechtkunnen",
        "Hoeveel meldingen er zijn bij het Centrum Seksueel Geweld",
        "Welk deel van de leerlingen zich veilig voelt op school",
        "Hoeveel jongeren te maken hebben gehad met het doorsturen van foto's",
        "Hoe lang jongeren wachten op hulp",
        "Hoeveel scholen een les geven over wensen en grenzen",
    ),
    "signaal": (
        "Leerlingen spreken elkaar aan als iemand te ver gaat",
        "Jongeren stellen vaker vragen bij het jongerenwerk",
        "Trainers vragen om hulp bij het gesprek met hun team",
        "Ouders blijven hangen na de ouderavond",
        "Er wordt minder gelachen om grapjes die te ver gaan",
        "Mentoren horen eerder wat er in de klas speelt",
    ),
}

OFF_TOPIC = (
    "Wanneer is het pauze?",
    "Mag het raam open?",
    "Wie heeft er een oplader?",
    "Het is hier warm.",
)
"""What somebody writes who is not with it."""

LIVED = (
    "Mijn oom zat aan mij en ik heb het nog niemand verteld.",
    "Mijn trainer heeft mij betast en ik durf het niet te zeggen.",
)
"""What somebody writes about what happened to them."""

NAMING = (
    "Kevin uit 4B weet er meer van.",
    "Mevrouw De Boer weet dit al lang en doet niks.",
)
"""What somebody writes who names somebody."""

SOURCES = ("GGD", "Jeugdmonitor", "Mentoren", "Jongerenwerk", "Politie", "Centrum Seksueel Geweld")

NOT_YET = (
    "Dit staat op papier, maar niemand doet het.",
    "Het is onduidelijk wie hierover gaat.",
    "Bij ons is hier nog niet over gepraat.",
    "Jongeren zelf merken er niets van.",
    "Er is te weinig tijd voor.",
    "Het hangt af van wie er die dag werkt.",
)

PARTNERS = (
    "Buurtsportcoach",
    "Bibliotheek",
    "Moskee en kerk",
    "Scouting",
    "Studentenvereniging",
    "Zelforganisaties van nieuwkomers",
    "Theater en muziekschool",
    "Taxi en busbedrijf",
    "Festivalbeveiliging",
    "Ouderraad",
    "Jongerenpanel",
    "Woningcorporatie",
    "Werkgevers met bijbanen",
    "Vertrouwenspersoon van de sportbond",
)

ACTIVITIES = (
    "Lessen over wensen en grenzen",
    "Gastles door jongeren",
    "Training voor jongerenwerkers",
    "Ouderavond op school",
    "Campagne in het uitgaan",
    "Spreekuur van de GGD",
    "Groepsgesprek voor jongens",
    "Afspraken in de sportkantine",
    "Chat voor vragen",
    "Nazorg na een melding",
)


def for_table(entry: str) -> tuple[str, ...]:
    """Returns what somebody adds to a table with entries of this name: activities, or else partners."""
    return ACTIVITIES if "activiteit" in entry.lower() else PARTNERS


def harmless() -> list[str]:
    """Returns what nobody needs to look at before the room reads it."""
    several = (*CARDS.values(), *SIGNALS.values(), *dict(TOPICS).values())
    return [*HIGHER, *ACTIONS, *REASONS, *NOT_YET, *SOURCES, *(phrase for some in several for phrase in some)]
