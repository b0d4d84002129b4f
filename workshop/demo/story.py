"""The story of the demonstration: an invented place, its partners, and what their sessions brought.

Texts only; demo/past.py lets it happen. Days count back from today, so that the story never grows old.
"""

from __future__ import annotations

from dataclasses import dataclass, field

EMAIL, NAME = "samira@lindewaard.example", "Samira Vonk"
COLLEAGUE_EMAIL, COLLEAGUE = "daan@lindewaard.example", "Daan Ridder"
DOSSIER, PLACE = "Veilig opgroeien in Lindewaard", "Lindewaard"
SECOND_DOSSIER, SECOND_PLACE = "Samen sterk in Oeverbeek", "Oeverbeek"
LIVE_TITLE = "Hoe gaat het met jongeren in Lindewaard?"
LIVE_STEP = "zorgen-kansen"


@dataclass(frozen=True)
class Cards:
    cards: tuple[tuple[str, str, str], ...]
    """Column, text and place."""
    clusters: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Name -> the cards in it, by their number in `cards`."""


@dataclass(frozen=True)
class Dots:
    liked: tuple[str, ...]
    """The best liked first; what is not named gets what is left."""


@dataclass(frozen=True)
class Lights:
    answers: dict[str, dict[str, int]]
    """Statement -> how many of ten people chose each value."""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoryMarks:
    means: dict[str, float]
    ideas: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Agreement:
    text: str
    owner: str
    due: int | str
    """Days from today, or how often."""
    helpers: int = 0


@dataclass(frozen=True)
class Actions:
    new: tuple[Agreement, ...]
    earlier: dict[str, str] = field(default_factory=dict)
    """Text of an earlier action -> how it stands now."""


@dataclass(frozen=True)
class Past:
    worksheet: str
    title: str
    days_ago: int
    groups: dict[str, int]
    steps: dict[str, Cards | Dots | Lights | StoryMarks | Actions]
    """Key of a step -> what happened in it; the others were skipped."""


@dataclass(frozen=True)
class StoryLookback:
    """What the people of one session may read about it, and what was done since."""

    session: str
    """Its title."""
    intro: str
    told: str
    notes: dict[str, str]
    """Text of an action -> what was done with it."""
    published_days_ago: int
    told_days_ago: int


FACE = "Elke partner kiest één vast gezicht"
YOUNG_AT_TABLE = "Jongeren praten voortaan mee in het overleg"
LOOK_BACK = "Samen terugkijken op de samenwerking"
LESSON = "Les over foto's doorsturen, met leerlingen gemaakt"
SPORT = "Afspraken maken met sportclubs in de buurt"
ONE_PLACE = "Eén plek met hulp in gewone taal"
PARENTS = "Een avond voor ouders op elke school"

FIRST_ROUND = Past(
    "0-leren",
    "Hoe werken we samen? Eerste meting",
    430,
    {"uitvoering": 6, "beleid": 4, "ouder": 2},
    {
        "cijfers": StoryMarks(
            {"vraagstuk": 6.1, "belangen": 5.6, "relatie": 6.8, "organisatie": 4.9, "proces": 5.3},
            {
                "vraagstuk": ("In één zin opschrijven wat we willen.",),
                "belangen": ("Vertellen wat dit werk je eigen organisatie oplevert.",),
                "relatie": ("Elkaar vaker zien dan twee keer per jaar.",),
                "organisatie": ("Weten wie er mag beslissen.", "Eén vast gezicht per organisatie."),
                "proces": ("Opschrijven wie wat doet.",),
            },
        ),
        "acties": Actions(
            (
                Agreement(FACE, "Wijkteam Lindewaard", -370, helpers=4),
                Agreement(YOUNG_AT_TABLE, "Jongerenwerk De Linde", -250, helpers=3),
            )
        ),
        "terugkijken": Actions((Agreement(LOOK_BACK, "Gemeente, afdeling jeugd", "elk halfjaar"),)),
    },
)

SECOND_ROUND = Past(
    "0-leren",
    "Hoe werken we samen? Tweede meting",
    283,
    {"uitvoering": 6, "beleid": 4, "ouder": 3},
    {
        "cijfers": StoryMarks(
            {"vraagstuk": 6.8, "belangen": 6.0, "relatie": 7.2, "organisatie": 5.6, "proces": 6.1},
            {
                "vraagstuk": ("Jongeren vragen of zij zich hierin herkennen.",),
                "belangen": ("Ook de sportclubs vragen wat zij nodig hebben.",),
                "organisatie": ("Duidelijk maken wie de kar trekt.", "Eén agenda waar alles in staat."),
                "proces": ("Elke keer beginnen met de oude afspraken.",),
            },
        ),
        "acties": Actions(
            (
                Agreement(LESSON, "Scholengroep Waardlanden", -19, helpers=5),
                Agreement(SPORT, "Sportservice Lindewaard", 38, helpers=2),
            ),
            {FACE: "done", YOUNG_AT_TABLE: "busy", LOOK_BACK: "busy"},
        ),
    },
)

THIRD_ROUND = Past(
    "0-leren",
    "Hoe werken we samen? Derde meting",
    164,
    {"uitvoering": 7, "beleid": 6, "jongere": 6},
    {
        "cijfers": StoryMarks(
            {"vraagstuk": 7.4, "belangen": 6.7, "relatie": 6.9, "organisatie": 6.2, "proces": 7.0},
            {
                "vraagstuk": ("Het vraagstuk ook op school vertellen.",),
                "belangen": ("Eerlijk zeggen als iets niet lukt.",),
                "relatie": ("Nieuwe mensen beter welkom heten.", "Terugbellen als wij iets vertellen."),
                "organisatie": ("Geld voor de jongeren die meedoen.", "Een vervanger als iemand ziek is."),
                "proces": ("Laten zien wat er met onze inbreng is gedaan.",),
            },
        ),
        "acties": Actions(
            (
                Agreement(ONE_PLACE, "GGD Waardstreek", 47, helpers=6),
                Agreement(PARENTS, "Ouderraden en Scholengroep Waardlanden", 96, helpers=3),
            ),
            {YOUNG_AT_TABLE: "done", LOOK_BACK: "busy", LESSON: "busy", SPORT: "open"},
        ),
    },
)

ANALYSIS = Past(
    "1-A",
    "Samen kijken naar de jeugd: partners en jongerenraad",
    17,
    {"jongere": 6, "uitvoering": 6, "ouder": 2, "beleid": 2},
    {
        "zorgen-kansen": Cards(
            (
                ("zorg", "Foto's gaan de hele school rond voordat iemand iets doet.", "Online"),
                ("zorg", "Wie iets doorstuurt, merkt daar niks van.", "Online"),
                ("zorg", "Nepfoto's van klasgenoten zijn zo gemaakt.", "Online"),
                ("zorg", "In groepsapps gaat het snel te ver.", "Online"),
                ("zorg", "Je weet niet bij wie je terechtkunt.", "School"),
                ("zorg", "Als je iets meldt, weet meteen iedereen het.", "School"),
                ("zorg", "Hulp heeft een wachttijd van maanden.", ""),
                ("zorg", "Op het plein achter het station is het donker.", "Buurt"),
                ("zorg", "Je wordt nageroepen bij de bushalte.", "Buurt"),
                ("zorg", "In de kleedkamer wordt stiekem gefilmd.", "Sport"),
                ("zorg", "Ouders weten niet hoe ze erover moeten beginnen.", "Thuis"),
                ("kans", "De jongerenwerker kennen we. Die vertrouwen we.", "Buurt"),
                ("kans", "Bij het jongerenwerk kun je gewoon binnenlopen.", "Buurt"),
                ("kans", "Leerlingen willen zelf een les geven.", "School"),
                ("kans", "Oudere leerlingen helpen de brugklas.", "School"),
                ("kans", "Trainers willen afspraken maken met hun team.", "Sport"),
                ("kans", "Op de club is nu een vertrouwenspersoon.", "Sport"),
                ("kans", "Ouders bleven hangen na de ouderavond.", "Thuis"),
                ("kans", "De jongerenraad maakt een campagne.", "Online"),
            ),
            {
                "Foto's en filmpjes gaan zonder toestemming rond": (0, 1, 2, 3),
                "Je weet niet waar je veilig hulp krijgt": (4, 5, 6),
                "Plekken waar je je niet veilig voelt": (7, 8),
                "Jongerenwerk dat jongeren vertrouwen": (11, 12),
                "Jongeren die het zelf oppakken": (13, 14, 18),
                "Sportclubs die mee willen doen": (15, 16),
            },
        ),
        "stippen": Dots(
            (
                "Foto's en filmpjes gaan zonder toestemming rond",
                "Je weet niet waar je veilig hulp krijgt",
                "Jongeren die het zelf oppakken",
                "Jongerenwerk dat jongeren vertrouwen",
                "Plekken waar je je niet veilig voelt",
            )
        ),
        "signalen": Cards(
            (
                ("", "Na de zomer komen er meer meldingen binnen op school.", "School"),
                ("", "Jongeren vragen het jongerenwerk vaker wat normaal is.", "Buurt"),
                ("", "Er gaan nepfoto's rond die met een app zijn gemaakt.", "Online"),
                ("", "In het uitgaan grijpt personeel zelden in.", "Uitgaan"),
            )
        ),
        "gesprek-herkennen": Lights(
            {
                "landelijk": {"ja": 5, "deels": 4, "nee": 1},
                "lokaal": {"ja": 2, "deels": 4, "nee": 4},
                "verhalen": {"ja": 8, "deels": 2},
            },
            ("De cijfers zijn al drie jaar oud.", "Jongeren vertellen het niet in een vragenlijst."),
        ),
        "gesprek-begrijpen": Cards(
            (
                ("", "Online is er altijd publiek, en je wilt erbij horen.", ""),
                ("", "Volwassenen vinden het zelf ook moeilijk om over te praten.", ""),
                ("", "Scholen zijn bang voor hun naam.", ""),
                ("", "Niemand leert hoe je merkt wat een ander wil.", ""),
                ("", "Hulp zit te ver weg van waar jongeren zijn.", ""),
            )
        ),
        "gesprek-waarderen": Lights(
            {
                "gaat": {"tevreden": 1, "kan-beter": 3, "moet-beter": 6},
                "doen": {"tevreden": 2, "kan-beter": 6, "moet-beter": 2},
            },
            ("Er gebeurt veel, maar los van elkaar.",),
        ),
    },
)

HISTORY = (FIRST_ROUND, SECOND_ROUND, THIRD_ROUND, ANALYSIS)

LOOKBACK = StoryLookback(
    THIRD_ROUND.title,
    "Dank je wel voor je cijfers en je ideeën. We hebben alles gelezen. Dit zijn onze afspraken.",
    "De jongerenraad zit nu bij elk overleg. Met een klas van 3 havo maken we de les af. "
    "Kom over een maand nog eens kijken.",
    {
        YOUNG_AT_TABLE: "Twee leden van de jongerenraad praten nu elke keer mee.",
        ONE_PLACE: "We kozen samen een naam. De website komt na de winter.",
        LESSON: "Drie klassen probeerden de les uit.",
    },
    162,
    24,
)

ELSEWHERE = Past(
    "0-leren",
    "Eerste meting van onze samenwerking",
    62,
    {"uitvoering": 5, "beleid": 4},
    {
        "cijfers": StoryMarks(
            {"vraagstuk": 5.9, "belangen": 6.3, "relatie": 7.0, "organisatie": 5.4, "proces": 5.8},
            {"organisatie": ("Een vaste dag in de maand.",), "proces": ("Korter vergaderen.",)},
        ),
        "acties": Actions((Agreement("Een vaste dag in de maand kiezen", "Gemeente Oeverbeek", 12, 3),)),
    },
)

# Field -> what was written by hand, line by line.
BY_HAND: dict[str, tuple[str, ...]] = {
    "0-A.vraagstuk-start": (
        "Te veel jongeren in Lindewaard maken seksueel grensoverschrijdend gedrag mee, vooral "
        "online en in het uitgaan. Ze weten niet goed waar ze terechtkunnen.",
    ),
    "0-A.samenwerkingen": (
        "Het jeugdoverleg van gemeente, wijkteam en scholen",
        "De werkgroep Veilig uitgaan",
    ),
    "0-A.partijen": (
        "Jongeren en de jongerenraad",
        "Ouders en ouderraden",
        "Jongerenwerk De Linde",
        "Scholengroep Waardlanden",
        "Wijkteam Lindewaard",
        "GGD Waardstreek",
        "Sportservice en sportclubs",
        "Politie",
        "Horeca aan de haven",
    ),
    "0-A.jongeren": (
        "Twee leden van de jongerenraad zitten bij elk overleg.",
        "Het jongerenwerk haalt elk kwartaal op wat er speelt op straat en online.",
    ),
    "0-A.valt-op": (
        "Het gaat vaker over beelden dan over aanraken.",
        "Jongeren vertellen het eerst aan elkaar, en daarna aan niemand.",
    ),
    "0-A.kwesties": (
        "Iedere school heeft eigen afspraken.",
        "Na een melding is niet duidelijk wie wat doet.",
    ),
    "0-A.waarom-samen": (
        "Jongeren hebben met ons allemaal te maken: op school, op straat, bij de club en thuis.",
        "Wat de een begint, houdt op bij de deur van de ander.",
    ),
    "0-A.gezamenlijk-vraagstuk": (
        "Hoe zorgen we er samen voor dat jongeren in Lindewaard hun eigen grenzen en die van een ander "
        "kennen, en dat wie iets meemaakt binnen een dag iemand spreekt die helpt?",
    ),
}

ELSEWHERE_BY_HAND: dict[str, tuple[str, ...]] = {
    "0-A.vraagstuk-start": ("Meisjes en jongens in Oeverbeek voelen zich in het uitgaan niet veilig.",),
    "0-A.samenwerkingen": ("Het overleg tussen horeca, politie en gemeente",),
}
