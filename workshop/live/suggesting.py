"""What may help a facilitator who chose cards: others that look like them, and a name for a pile of them.

It moves nothing. What texts mean is counted in the thread of `meaning` and compared in another, never on the
event loop. Vectors stand in memory only and go with their text and the session (live/memory.py).
"""

from __future__ import annotations

import asyncio
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workshop import kinds
from workshop.kinds import Cluster
from workshop.live import alike
from workshop.live.memory import Memory
from workshop.live.picture import ShownStep
from workshop.meaning import Meaning, MeaningError, Rows, key_of
from workshop.safety.screening import Category, screen

FLOOR = 0.5
"""Cosine from which two texts look like each other: `python -m bench.alike` measures it."""
NAMED, MOST_CARDS, MOST_CHOSEN = 5, 1000, 50
"""How many are named; of a step with more cards, or for more that were chosen, none. A vector is 1 kB."""
NAMES, SHORTEST = 2, 4
CARE: frozenset[Category] = frozenset({"ervaring", "dreiging", "scheldwoord"})
_WORDS = """
aan alle alleen alles altijd andere anders beetje behalve beter bij blijf blijft bovendien daar daarna
daarom deze dingen doen doet door dus echt eerst eigen elkaar enige erg even gaan gaat geef geeft geen
gewoon goed goede graag haar hebben heeft heel helemaal hier hoeft houd houdt iedere iedereen iemand
iets inderdaad jezelf jouw jullie kijk komen komt krijg krijgen krijgt kunnen kunt laat laten maak maakt
maar maken mensen meer meest mijn minder misschien moet moeten moest mogen naar niemand niet niets nodig
nooit omdat onder onze over overal paar redelijk samen soms steeds teveel toch toen tussen vaak vanaf
veel vele vind vinden vindt vooral voor waar waarom want waren wanneer weer weet weinig welke weten werd
werden wordt worden wij wilt willen wist zeer zeggen zegt zelf zich ziet zijn zitten zoals zodat zonder
zouden about been does from have just more much should than that their them there they this very want
were what when where which with would your
"""
EVERYDAY = frozenset(_WORDS.split())
"""Words of four letters and more that say nothing of what a pile is about."""


class Like(NamedTuple):
    """A loose card, or with `pile` the cluster of a card, that looks like what was chosen."""

    card: str
    text: str
    pile: Cluster | None


class Suggestions(NamedTuple):
    like: Sequence[Like] = ()
    """The nearest first."""
    names: Sequence[str] = ()


class Lying(NamedTuple):
    """A card that stands on the screen."""

    id: str
    text: str
    column: str
    cluster: str | None


class Suggesting:
    """Suggests, with the encoder and the memory of this process."""

    def __init__(self, meaning: Meaning, memory: Memory) -> None:
        self.meaning = meaning
        self.memory = memory

    async def suggest(self, session_id: uuid.UUID, scene: ShownStep, chosen: Collection[str]) -> Suggestions:
        """Returns what may help with the `chosen` cards, given their ids."""
        cards = _shown(scene)
        of = [card for card in cards if card.id in chosen][:MOST_CHOSEN]
        if not of:
            return Suggestions()
        vectors = await self._vectors(session_id, cards) if len(cards) <= MOST_CARDS else {}
        clusters = {cluster.id: cluster for cluster in scene.inputs.clusters}
        return await asyncio.to_thread(_suggest, cards, of, vectors, clusters)

    async def _vectors(self, session_id: uuid.UUID, cards: Sequence[Lying]) -> Mapping[bytes, Rows]:
        """Returns what these cards mean; nothing of one that was taken back meanwhile, or without an
        encoder."""
        kept = self.memory.vectors(session_id)
        try:
            await self.meaning.read({key_of(card.text): card.text for card in cards}, kept)
        except MeaningError:
            return {}
        return dict(kept)


def nearest(
    cards: Sequence[Lying],
    of: Collection[Lying],
    vectors: Mapping[bytes, Rows],
    clusters: Mapping[str, Cluster],
) -> list[Like]:
    """Returns the cards that look like one `of` these, the nearest first: of a cluster that cluster, once,
    and of loose ones that say the same the first. A card without a vector looks like none."""
    known = {card: vectors[key] for card in cards if (key := key_of(card.text)) in vectors}
    cards, asked = [*known], [known[card] for card in of if card in known]
    if not asked:
        return []
    scores = (_rows(known.values()) @ _rows(asked).T).max(axis=1)
    own = {card.id for card in of}
    piles = {card.cluster for card in of}
    found: dict[tuple[str, ...], Like] = {}
    for at in np.argsort(-scores, kind="stable"):
        card = cards[at]
        if scores[at] < FLOOR or len(found) == NAMED:
            break
        pile = clusters.get(card.cluster or "")
        if card.id in own or (pile and card.cluster in piles):
            continue
        key = (pile.id,) if pile else (card.column, alike.gist(card.text))
        found.setdefault(key, Like(card.id, card.text, pile))
    return list(found.values())


def _rows(vectors: Iterable[Rows]) -> NDArray[np.float32]:
    return np.stack([*vectors], dtype=np.float32, casting="same_kind")


def names(texts: Sequence[str]) -> list[str]:
    """Returns names for a pile of these: the words that most of them have in common. Never what may be
    somebody's name, and nothing of a text that needs care."""
    written, lower, nobody = Counter[str](), set[str](), set[str]()
    for text in texts:
        found = screen(text)
        if any(finding.category in CARE for finding in found):
            continue
        nobody.update(word.casefold() for finding in found for word in finding.words.split())
        words = [word.strip(".,;:!?'\"()“”‘’…") for word in text.split()]
        lower.update(word for word in words if word.islower())
        written.update({word.casefold() for word in words if word.isalpha() and len(word) >= SHORTEST})
    common = [
        (word, number)
        for word, number in written.items()
        if number > 1 and word in lower and word not in EVERYDAY | nobody
    ]
    return [word for word, _ in sorted(common, key=lambda pair: (-pair[1], -len(pair[0]), pair[0]))][:NAMES]


def _suggest(
    cards: Sequence[Lying],
    of: Sequence[Lying],
    vectors: Mapping[bytes, Rows],
    clusters: Mapping[str, Cluster],
) -> Suggestions:
    return Suggestions(nearest(cards, of, vectors, clusters), names([card.text for card in of]))


def _shown(scene: ShownStep) -> list[Lying]:
    """Returns the cards on the screen, in the order of their random ids."""
    found = (
        Lying(entry.id, words[0], getattr(entry.answer, "column", ""), entry.cluster)
        for entry in scene.entries
        if entry.state == "shown" and (words := kinds.texts(scene.kind, entry.answer))
    )
    return sorted(found)
