"""Names of persons: a list of first names, and the words around them.

A name that is nothing else counts anywhere ("kevin", "Fatima"). One that is also a word ("Roos", "Mees") counts where
a name stands, and a word of every day ("wil", "mei") only where nothing but a name can stand. A school, a square, a
shop or a saying that holds a first name is nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from workshop.safety.reading import Place, Reading, Word, fold


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    first: str
    also_words: str
    everyday: str
    surnames: str


def mentioned(reading: Reading) -> Iterator[Place]:
    """`@kevin`: a person, where `@kevin08` is an account."""
    if "@" in reading.plain:
        for found in _MENTION.finditer(reading.plain):
            if found["name"] in _FIRST or found["name"] in _ALSO:
                yield found.span()


def names(reading: Reading) -> Iterator[Place]:
    words = reading.words
    nobody = _nobody(reading)
    sure = [index for index, word in enumerate(words) if index not in nobody and _is_known(word)]
    places = {index: _whole(words, index) for index in sure if _is_somebody(words, index, sure)}
    for index, word in enumerate(words):
        if word.said in _TITLES and index not in nobody and (end := _titled(words, index + 1)):
            places[index + 1] = (index + 1, end)
        elif word.said in _CLASS_BEFORE and index and (start := _from_class(words, index)) is not None:
            places.setdefault(start, (start, start + 1))
    done = -1
    for index in sorted(places):
        first, end = places[index]
        if first >= done and index not in nobody:
            yield words[first].start, words[end - 1].end
            done = end
    for found in _INITIALS.finditer(reading.text):
        yield found.span()
    for word in words:
        if word.spelled and _within(word.said):
            yield word.start, word.end


def _is_known(word: Word) -> bool:
    return _name(word.said) is not None and not word.spelled


def _name(said: str) -> str | None:
    """The name that a word says, or None: `kevin`, `kevin's`, `kevins`."""
    if said in _ALL:
        return said
    bare = said.removesuffix("'s") if said.endswith("'s") else said[:-1] if said.endswith(("s", "'")) else ""
    return bare if len(bare) > 2 and bare in _FIRST and said not in _WORDS_IN_S else None


def _is_somebody(words: Sequence[Word], index: int, known: Sequence[int]) -> bool:
    word = words[index]
    if _is_place(words, index):
        return False
    name = _name(word.said)
    if name in _FIRST:
        # "Daans broer", but not "thijs" for a word that happens to end in s.
        return (
            word.said == name
            or word.said.endswith("'s")
            or word.capital
            or _said(words, index + 1) in _BELONGS
        )
    return _is_named(words, index, known, everyday=name in _EVERYDAY)


def _is_named(words: Sequence[Word], index: int, known: Sequence[int], *, everyday: bool) -> bool:
    """Whether a word that may be a name stands where a name stands."""
    word, before, after = words[index], _said(words, index - 1), _said(words, index + 1)
    if before in _TITLES or before in _NAMING or _said(words, index - 2) in _NAMING and before in _PRONOUNS:
        return not everyday or word.capital or before in _TITLES
    if before == "@":
        return True
    if after in _CLASS_BEFORE and _CLASS.fullmatch(_class_after(words, index + 2)):
        return True
    if (
        after in _AND
        and _beside(words, index + 2, known)
        or before in _AND
        and _beside(words, index - 2, known)
    ):
        return word.capital or not everyday
    if _surname_after(words, index) and (word.capital or not everyday):
        return True
    if everyday:
        return False
    if before in _PERSONS:
        return True
    if after in _BELONGS_TO and _said(words, index + 2) not in ("", ".") and after != "zijn":
        return True
    if not word.capital:
        return False
    begins = index == 0 or before in _SENTENCE_ENDS
    if begins:
        return after in _DOING or _said(words, index + 1) in _BELONGS_TO
    return before in _PREPOSITIONS or before in ("die", "deze", "dat", "en", "of", "als") or after in _DOING


def _beside(words: Sequence[Word], index: int, known: Sequence[int]) -> bool:
    """Whether the word on the other side of "en" is a name as well, in the same way of writing."""
    if not (0 <= index < len(words)) or index not in known:
        return False
    name = _name(words[index].said)
    return name in _FIRST or (name in _ALSO and words[index].capital)


def _is_place(words: Sequence[Word], index: int) -> bool:
    """Whether a name is of a school, a square, a shop or a saint: "Sint Jan", "het Johan de Witt"."""
    word, before = words[index], _said(words, index - 1)
    if before in _OF_PLACES:
        return True
    if before == "-" and index > 1 and words[index - 2].end == words[index - 1].start and not word.capital:
        return True
    # "Jan-gedrag", "Vonk-methode": a word that is made of the name.
    end = _end_of_chain(words, index)
    if _said(words, end) == "-" and end + 1 < len(words) and words[end].start == words[end - 1].end:
        if not words[end + 1].capital and words[end + 1].start == words[end].end:
            return True
    if any(_ENDS_AS_PLACE.search(words[at].said) for at in range(index + 1, min(end + 1, len(words)))):
        return True
    start = index
    while (
        start > 0 and start > index - 3 and (words[start - 1].capital or words[start - 1].said in _PARTICLES)
    ):
        start -= 1
        if words[start].said in _OF_PLACES or (words[start].said in ("het", "de") and start < index):
            return words[start].said not in ("het", "de") or words[index].capital
    opening = _said(words, start - 1)
    if opening in _OF_PLACES:
        return True
    if word.capital and opening in ("het", "'t"):
        return _said(words, start - 2) in _PREPOSITIONS or _said(words, start - 2) in _AND or start - 1 == 0
    # "de Albert Heijn", "de Willem"; but "de Kevin uit 4B".
    return word.capital and opening == "de" and _said(words, end) not in ("uit", "van")


def _end_of_chain(words: Sequence[Word], index: int) -> int:
    """After the words with a capital, and "van de" between them, that follow a name."""
    end = index + 1
    while end < len(words) and end < index + 6:
        at = end
        while at < len(words) and words[at].said in _PARTICLES:
            at += 1
        if (
            at >= len(words)
            or not (words[at].capital or _ENDS_AS_PLACE.search(words[at].said))
            or at > end + 2
        ):
            break
        if not words[at].said[0].isalpha():
            break
        end = at + 1
    return end


def _whole(words: Sequence[Word], index: int) -> tuple[int, int]:
    """A name with its surname."""
    return index, _surname_after(words, index) or index + 1


def _surname_after(words: Sequence[Word], index: int) -> int:
    """Where the surname after this word ends, or 0. With "van" or "de" between, or a capital, or a known one."""
    at = index + 1
    while at < len(words) and at < index + 4 and words[at].said in _PARTICLES:
        at += 1
    if at >= len(words) or not words[at].said.isalpha():
        return 0
    said = " ".join(words[step].said for step in range(index + 1, at + 1))
    known = said in _SURNAMES
    capital = words[at].capital and words[at].said not in _NO_SURNAMES and words[index].capital
    return at + 1 if known or capital else 0


def _titled(words: Sequence[Word], index: int) -> int:
    """Where the name after "meneer" ends, or 0: "meneer Bakker", "dhr. de groot"; not "meneer zei"."""
    if _said(words, index) == ".":
        index += 1
    if index >= len(words) or not words[index].said.isalpha():
        return 0
    if words[index].said in _PARTICLES:
        end = _surname_after(words, index - 1)
        return end if end and (words[end - 1].capital or end) else 0
    word = words[index]
    if word.capital and words[index - 1].said != "." and not word.said.endswith(_ENDINGS_OF_PLACE):
        return index + 1 if word.said not in _NO_SURNAMES else 0
    if word.capital or word.said in _SURNAMES or word.said in _FIRST or word.said in _ALSO:
        return index + 1 if word.said not in _NO_SURNAMES else 0
    return 0


def _from_class(words: Sequence[Word], index: int) -> int | None:
    """The word before "uit 3B", when it can only be a name: one with a capital, or one that misses a letter."""
    word = words[index - 1]
    if (
        not _CLASS.fullmatch(_class_after(words, index + 1))
        or not word.said.isalpha()
        or word.said in _GROUPS
    ):
        return None
    begins = index == 1 or _said(words, index - 2) in _SENTENCE_ENDS
    if word.said in _MISSPELT or (word.capital and not begins and not word.said.endswith(("en", "s"))):
        return index - 1
    return None


def _class_after(words: Sequence[Word], index: int) -> str:
    return f"{_said(words, index)} {_said(words, index + 1)}".strip() if index < len(words) else ""


def _nobody(reading: Reading) -> set[int]:
    """The words of sayings and of organisations that hold a first name."""
    found = set()
    for phrase in _NOBODY.finditer(reading.line):
        for index, start in enumerate(reading.starts):
            if phrase.start() <= start < phrase.end():
                found.add(index)
    return found


def _within(spelled: str) -> bool:
    """Whether a name stands in letters that were written apart, so without an end: "kevindoethet"."""
    if spelled in _FIRST:
        return True
    return any(spelled[:length] in _FIRST for length in range(4, min(len(spelled), 12)))


def _said(words: Sequence[Word], index: int) -> str:
    return words[index].said if 0 <= index < len(words) else ""


def _misspelt(names: frozenset[str]) -> frozenset[str]:
    """Each longer name with one letter left out."""
    return frozenset(
        name[:at] + name[at + 1 :] for name in names if len(name) > 4 for at in range(1, len(name))
    )


_LISTS = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=Lists)
_FIRST, _ALSO, _EVERYDAY = (
    frozenset(fold(names).split()) for names in (_LISTS.first, _LISTS.also_words, _LISTS.everyday)
)
_ALL = _FIRST | _ALSO | _EVERYDAY
_MISSPELT = _misspelt(_FIRST) - _ALL
_SURNAMES = frozenset(" ".join(name.split()) for name in _LISTS.surnames.split(","))
# With an s they are words: "bas" and "bass" need no entry, these do.
_WORDS_IN_S = frozenset(
    "mans jans hans lars jeans kims tims ties thijs alis mos sams toms loes lotus eens rutgers".split()
)

_TITLES = frozenset(
    "meneer mevrouw meester juf juffrouw dhr mw mevr mvr mej tante oom ome buurman buurvrouw wijkagent wethouder"
    " burgemeester zuster pater dominee imam opa oma".split()
)
_PERSONS = (
    frozenset(
        "trainer coach mentor docent leraar lerares jongerenwerker vriend vriendin vriendje vriendinnetje broer broertje zus zusje"
        " klasgenoot klasgenote neef neefje nicht nichtje ex stiefvader stiefmoeder baas maat maatje collega dj rapper"
        " voorzitter bestuurslid conciërge concierge keeper leerling dokter huisarts fysio directeur rector teamleider".split()
    )
    | _TITLES
)
_NAMING = frozenset("heet heette heten genaamd noemen noemt naam bijnaam groetjes groet liefs xxx".split())
_PRONOUNS = frozenset("hem haar is me mij zich van ik hij ze , :".split())
_AND = frozenset(("en", "&", "of", ",", "met"))
_PREPOSITIONS = frozenset(
    "aan van met door bij voor naar tegen over op in zonder vraag zag zie ken kent belt via langs tussen dan".split()
)
_DOING = frozenset(
    "zit zat doet deed zegt zei heeft had is was stuurt stuurde kijkt keek durft durfde wordt werd appt slaat sloeg"
    " pest weet woont komt kwam gaat ging maakt maakte vindt loopt liep staat stond roept riep filmt filmde pakt post"
    " belt geeft gaf denkt huilde huilt wil wilde moet mag kan vroeg vraagt grijpt luistert helpt deelt verspreidt vertelt"
    " vertelde werkt durven weten zitten doen sturen roddelen en".split()
)
_BELONGS_TO = frozenset(("haar", "zijn", "der", "zn", "z'n", "d'r"))
_BELONGS = frozenset(
    "broer broertje zus zusje moeder vader foto foto's filmpje filmpjes vriend vriendin vrienden account telefoon ex"
    " ouders neef nicht mobiel naaktfoto nudes huis kamer".split()
)
_PARTICLES = frozenset("van de der den het ten ter te el al von la le di da in 't v d".split())
_NO_SURNAMES = frozenset(
    "de het een ii i iii iv nederlands engels frans duits wiskunde ik hij zij ze wij we je jij u die dat dit is en of maar"
    " want vmbo havo vwo mavo ggd cjg ggz rvdk coc nji".split()
)
_SENTENCE_ENDS = frozenset((".", "!", "?", "\n", ":", '"', "-", "(", "…"))
_GROUPS = frozenset(
    "jongens meisjes meiden leerlingen leerling iedereen mensen gasten iemand iemands die dat hij zij ze kinderen groep"
    " klas jongen meisje meid gast mentor docent docenten vriend vriendin vriendinnen vrienden ik je we wij sommigen"
    " niemand allemaal één een twee drie foto's filmpjes app groepsapp appgroep dingen meldingen brugklassers".split()
)
_CLASS_BEFORE = frozenset(("uit", "van"))
_CLASS = re.compile(
    r"(?:(?:klas |groep )?[1-8](?:[a-z]{1,2}\d?|e)?|(?:[1-6] ?)?(?:havo|vwo|vmbo|mavo)|mijn klas|onze klas|mn klas|m'n klas|de klas|me klas"
    r"|de brugklas|de parallelklas|mijn team|ons team|h[1-5]\w?|v[1-6]\w?|m[1-4]\w?|[1-6][a-z]{1,2}\b.*)(?: .*)?"
)
_OF_PLACES = frozenset(
    "sint st santa koning koningin prins prinses stichting cafe vv fc sv obs cbs kbs rkbs basisschool school station hotel"
    " kamp villa huize restaurant bakkerij supermarkt kerk parochie project ziekenhuis vereniging buurthuis jongerencentrum"
    " wijkcentrum sporthal club discotheek academie zaal gebouw locatie winkel merk serie film boek heilige stadion theater"
    " koninklijke festival methode museum college lyceum gymnasium".split()
)
_ENDINGS_OF_PLACE = (
    "school", "scholen", "college", "lyceum", "gymnasium", "mavo", "straat", "laan", "plein", "park", "plantsoen", "weg", "hof", "kade", "gracht",
    "ziekenhuis", "huis", "stichting", "kerk", "viering", "project", "hoeve", "hal", "festival", "academie", "museum", "ggz", "methode", "fonds",
    "instituut", "centrum", "club", "vereniging", "brug", "singel", "dijk", "toernooi", "bokaal", "prijs", "lezing", "dag", "kring", "groep", "scholengemeenschap", "campus",
)  # fmt: skip
_ENDS_AS_PLACE = re.compile("(?:" + "|".join(_ENDINGS_OF_PLACE) + ")$")
_NOBODY = re.compile(
    r"\b(?:jan en alleman|jan met de pet|jan modaal|jan rap|jan klaassen|jip en janneke|jan jansen en piet|zwarte piet(?:en)?"
    r"|sinter klaas|kinderen van willem|ask for angela|vraag naar angela|ali b|roos vonk|max ernst|anne frank|martin luther king"
    r"|alexander van oranje|willem van oranje|willem ii|albert heijn|jan linders|dirk van den broek|johan cruijff|marietje kessels"
    r"|donald trump|harry potter|bob de bouwer|de bob|ome jan|piet snot|klaas vaak|lange frans|emma at work|linda magazine|nina hagen"
    r"|martin garrix|peer educators?|amber alert|de wet melanie|leger des heils|vincent van gogh|kees de jongen|ali express)\b"
)
_MENTION = re.compile(r"(?<![\w.])@(?P<name>[a-z]+)(?![\w.]*[\w])")
_INITIALS = re.compile(
    r"(?<![\w.])(?:[A-Z]\.[ ]?){1,3}(?:(?:van|de|der|den|ten|ter|el) ){0,2}[A-Z][a-z]{2,25}(?:-[A-Z][a-z]{2,25})?(?!\w)"
)
