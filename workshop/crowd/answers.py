"""What somebody in the room wants to say: how often, and with which words."""

from __future__ import annotations

import random
from collections.abc import Sequence

from workshop import phrases, session_groups
from workshop.crowd.forms import Form, FormField, Scene

SEND = "/deelnemen/bijdragen"
CHOOSE = "/deelnemen/groepje"
TAKE_BACK = "/intrekking"
READY, YES = "/deelnemen/klaar", "ja"
# How many times, from and to, one phone sends a form of this name to one step; once when it is not here.
TIMES = {
    "kaart": (1, 2),
    "stippen": (1, 2),
    "voorstel": (0, 1),
    "Ik help": (0, 2),
    "verband": (2, 4),
    "eigen verband": (0, 1),
    "signaal": (0, 1),
    "Nodig": (1, 3),
    "Leuk": (0, 1),
    "Niet": (0, 1),
    "Ja": (1, 2),
    "Nee": (0, 1),
}
SKIPS = 0.7
"""The chance that somebody leaves open what may be left open."""
MOST_CARDS = 6
MOST_REFUSALS = 3
"""After this many refusals in one step somebody gives up."""
AFTERTHOUGHT = 0.02
GROUPS = (*["jongere"] * 6, *["uitvoering"] * 4, *["ouder"] * 2, *["beleid"] * 2, "")
UNKNOWN, NO_ANSWER = "weet-niet", "geen"
LIKED = 1.1

Filled = dict[str, list[str]]


class CrowdRoom:
    """What a room shares: nobody repeats a phrase while others are left, and opinions lean the same way."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._chance = random.Random(seed)
        self._piles: dict[tuple[str, ...], list[str]] = {}

    def deal(self, phrases: Sequence[str]) -> str:
        pile = self._piles.setdefault(tuple(phrases), [])
        if not pile:
            pile += self._chance.sample(phrases, len(phrases))
        return pile.pop()

    def leaning(self, about: str) -> float:
        """Returns how much the room likes something, from 0 to 1; the same for every person in it."""
        return random.Random(f"{self.seed} {about}").random()


def done(scene: Scene) -> Form | None:
    """Returns the form that says to be ready; None where that is not asked, or said already."""
    ready = (form for form in scene.forms if form.action == READY and not scene.locked)
    return next((form for form in ready if form.fields["aan"].values == [YES]), None)


def as_it_is(form: Form) -> Filled:
    """Fills in a form that only has a button."""
    return {name: field.values for name, field in form.fields.items()}


class Mind:
    """One person in the room."""

    def __init__(self, room: CrowdRoom, chance: random.Random) -> None:
        self.room = room
        self.chance = chance
        self._left: dict[tuple[str, str], int] = {}
        self._sent: dict[tuple[str, str], int] = {}
        self._refused: dict[str, int] = {}

    def group(self, offered: Sequence[str]) -> str:
        chosen = self.room.deal(GROUPS)
        own = [group for group in offered if group not in session_groups.GROUPS]
        return chosen if chosen in offered else self.chance.choice([*own, ""])

    def next(self, scene: Scene) -> tuple[Form, Filled] | None:
        """Chooses and fills the form that this person sends now; returns None when there is nothing to say,
        or nothing may be sent."""
        open_forms = [] if scene.locked else [form for form in scene.forms if form.action == SEND]
        wanted = [form for form in open_forms if self._wants(scene.step, form)]
        if not wanted:
            return None
        form = self.chance.choice(wanted)
        key = (scene.step, form.contribution)
        self._left[key] = max(self._left[key] - 1, 0)
        self._sent[key] = self._sent.get(key, 0) + 1
        return form, fill(form, scene.question, self.room, self.chance)

    def seat(self, scene: Scene) -> tuple[Form, Filled] | None:
        """Chooses which question this person answers, where the step gives each a part of the room; None
        where there is nothing to choose, or somebody has."""
        if any(form.action == SEND for form in scene.forms):
            return None
        form = next((form for form in scene.forms if form.action == CHOOSE), None)
        return (form, fill(form, scene.question, self.room, self.chance)) if form else None

    def refused(self, step: str, form: Form) -> None:
        """Notes that the form did not fit: this person tries again, until `MOST_REFUSALS`."""
        self._refused[step] = self._refused.get(step, 0) + 1
        if self._refused[step] <= MOST_REFUSALS:
            self._left[step, form.contribution] += 1

    def _wants(self, step: str, form: Form) -> bool:
        key = (step, form.contribution)
        if key not in self._left:
            self._left[key] = self.chance.randint(*TIMES.get(form.contribution, (1, 1)))
        more = form.contribution == "kaart" and self.chance.random() < AFTERTHOUGHT
        return self._left[key] > 0 or (more and self._sent.get(key, 0) < MOST_CARDS)


def fill(form: Form, question: str, room: CrowdRoom, chance: random.Random) -> Filled:
    """Fills in a form as somebody leaves it: every choice made, and words where words belong."""
    filled: Filled = {}
    for field in form.fields.values():
        if field.kind == "hidden":
            filled[field.name] = field.values[:1]
        elif field.kind == "checkbox":
            filled[field.name] = _ticked(field, form.most, room, chance)
        elif field.name.startswith("mark."):
            filled[field.name] = [_mark(field, room, chance)]
        elif field.kind in ("radio", "select") and field.name != "place":
            filled[field.name] = [_chosen(field, filled, room, chance)]
        elif field.kind in ("textarea", "text"):
            filled[field.name] = [_words(form, field, question, filled, room, chance)]
    if place := form.fields.get("place"):
        filled["place"] = [phrases.place_of(filled["text"][0], place.values)]
    return {name: values for name, values in filled.items() if values != [""]}


def _ticked(field: FormField, most: int, room: CrowdRoom, chance: random.Random) -> list[str]:
    """Returns the favourites, as many as are allowed; without a limit what somebody likes well enough."""
    liking = {value: room.leaning(value) + chance.random() for value in field.values}
    favourites = sorted(liking, key=lambda value: -liking[value])
    return favourites[:most] if most else [value for value in favourites if liking[value] > LIKED]


def _chosen(field: FormField, filled: Filled, room: CrowdRoom, chance: random.Random) -> str:
    """Returns what this room leans to, more or less; for which kind of card it is there is no leaning. Two
    lists of one form are not given the same choice."""
    taken = [values[0] for values in filled.values() if values] if field.kind == "select" else []
    ready = [value for value in field.values if value != NO_ANSWER and value not in taken]
    if field.name in ("column", "what", "subgroup"):
        return chance.choice(ready)
    return max(ready, key=lambda value: room.leaning(field.name + value) + 2 * chance.random())


def _mark(field: FormField, room: CrowdRoom, chance: random.Random) -> str:
    if UNKNOWN in field.values and chance.random() < 0.05:
        return UNKNOWN
    mark = round(chance.gauss(5 + 3 * room.leaning(field.name), 1.5))
    return str(max(1, min(10, mark)))


def _words(
    form: Form, field: FormField, question: str, filled: Filled, room: CrowdRoom, chance: random.Random
) -> str:
    """Returns what somebody writes in a text field; nothing where it may be skipped and somebody does."""
    if not field.required and chance.random() < SKIPS:
        return ""
    ready = _ready(form, field, question, filled)
    fitting = [phrase for phrase in ready if len(phrase) <= field.longest]
    if fitting:
        return room.deal(fitting)
    return room.deal(ready)[: field.longest] if ready else ""


def _ready(form: Form, field: FormField, question: str, filled: Filled) -> Sequence[str]:
    """Returns phrases that fit this field of this form."""
    name, _, about = field.name.partition(".")
    if name == "higher":
        return () if filled.get(f"mark.{about}") in (["10"], [UNKNOWN]) else phrases.HIGHER
    if name == "reason":
        return phrases.NOT_YET if about else phrases.REASONS
    if name == "source":
        return phrases.SOURCES
    if about:
        return phrases.for_table(question)
    if form.contribution == "signaal":
        return phrases.SIGNALS[filled["what"][0]]
    if form.contribution == "voorstel":
        return phrases.ACTIONS
    return phrases.for_card(question, filled.get("column", [""])[0])
