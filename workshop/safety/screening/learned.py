"""Judges a text by what was learned from labelled cards in every language of the phones.

Rules know the words that somebody thought of. What is learned knows the pieces of words that go with an
experience, a threat or an insult, and with a vector also what a text means. `python -m bench.learn` made the
weights in `learned.bin`; docs/decisions/0057 says why it is this.
"""

from __future__ import annotations

import functools
import re
import unicodedata
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from workshop.languages import DUTCH
from workshop.safety.screening import Judged, Judgement

JUDGED: tuple[Judged, ...] = get_args(Judged)
BITS = 16
"""A piece of a word is one of so many places, as a power of two."""
SHORTEST = 45.0
"""As long as the pieces of about fifteen letters: of a shorter text each piece says no more than it would
there. Else every single word were judged by a few letters."""
LONGEST = 400
"""Of a longer text only so many characters are judged: no answer is longer."""
CLEARLY = 1.5
"""By how much more a text must look like another language than like Dutch to be called so. Rules in Dutch
then leave it alone, so a card that looks a little English must not slip through."""
BY_MEANING = 0.6
"""How heavy what a text means weighs beside its pieces of words."""
FAR = 0.3
"""A text whose words are so far below each limit is nothing, and costs no vector: seven of ten harmless cards
that were learned from, and 1 in 400 of all then gets another answer (`python -m bench.learn` prints it)."""
Floats = NDArray[np.float32]
Encoder = Callable[[Sequence[str]], Floats]


class HalfFloats(msgspec.Struct, frozen=True):
    """Numbers in rows, as half floats."""

    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, numbers: NDArray[np.floating]) -> HalfFloats:
        return cls(numbers.shape, numbers.astype("<f2").tobytes())

    def floats(self) -> Floats:
        return np.frombuffer(self.data, "<f2").reshape(self.shape).astype(np.float32)


class Net(msgspec.Struct, frozen=True):
    """A net with one hidden layer from a vector to the three sorts."""

    hidden: HalfFloats
    hidden_bias: HalfFloats
    out: HalfFloats
    out_bias: HalfFloats


class Weights(msgspec.Struct, frozen=True):
    hands: str
    """The digest of the cards that these were learned from."""
    rarity: HalfFloats
    """Of every piece: how rare it is, 0 for one that was seen once or never."""
    pieces: HalfFloats
    """(pieces, 3) and then the languages: what each piece adds."""
    pieces_bias: HalfFloats
    languages: tuple[str, ...]
    mean: HalfFloats
    """The mean vector: what all texts have in common says nothing."""
    nets: tuple[Net, ...]
    net_scale: HalfFloats
    held: Mapping[str, HalfFloats]
    """`words` and `both`: by language and sort, the score from which the facilitator reads it first."""
    asked: Mapping[str, HalfFloats]
    """The same, from which its sender is asked first."""


class Model:
    """The weights, ready to count with."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.rarity, self.pieces = weights.rarity.floats(), weights.pieces.floats()
        self.pieces_bias, self.mean = weights.pieces_bias.floats(), weights.mean.floats()
        self.net_scale = weights.net_scale.floats()
        self.nets = [
            tuple(table.floats() for table in (net.hidden, net.hidden_bias, net.out, net.out_bias))
            for net in weights.nets
        ]
        self.limits = {
            how: (weights.held[how].floats(), weights.asked[how].floats()) for how in ("words", "both")
        }

    def judge(self, texts: Sequence[str], encode: Encoder | None = None) -> list[Judgement]:
        """Returns of each text what it may be, and its language. `encode` makes a vector of each text that
        it gets: only of those where what they mean can change the answer. Without it words judge alone."""
        said = [self.by_words(text) for text in texts]
        if encode is None:
            return [self._judgement(*one, "words") for one in said]
        unclear = [number for number, one in enumerate(said) if not self._is_harmless(*one)]
        if unclear:
            meant = self.by_meaning(encode([texts[number] for number in unclear]))
            for number, row in zip(unclear, meant, strict=True):
                scores, spoken = said[number]
                said[number] = scores + BY_MEANING * row, spoken
        return [self._judgement(*one, "both") for one in said]

    def by_words(self, text: str) -> tuple[Floats, Floats]:
        """Returns the score of each sort by pieces of words, and how much a text looks like each language."""
        places = np.array(places_of(text), dtype=np.int64)
        found = self.rarity[places]
        length = max(float(np.sqrt(found @ found)), SHORTEST)
        scores = (found / length) @ self.pieces[places] + self.pieces_bias
        return scores[: len(JUDGED)], scores[len(JUDGED) :]

    def _is_harmless(self, scores: Floats, spoken: Floats) -> bool:
        """Says whether the words of a text are so far from every limit that it is nothing, whatever it
        means."""
        held, _ = self.limits["both"]
        return bool(np.all(scores < held[spoken.argmax()] - FAR))

    def _judgement(self, scores: Floats, spoken: Floats, how: str) -> Judgement:
        held, asked = self.limits[how]
        language = int(spoken.argmax())
        sorts = {
            sort: bool(scores[number] >= asked[language, number])
            for number, sort in enumerate(JUDGED)
            if scores[number] >= held[language, number]
        }
        languages = self.weights.languages
        is_other = spoken[language] - spoken[languages.index(DUTCH)] > CLEARLY
        return Judgement(languages[language] if is_other else DUTCH, sorts)

    def by_meaning(self, vectors: Floats) -> Floats:
        """Returns the score of each sort by what texts mean: a row for each vector."""
        apart = vectors - self.mean
        apart = apart / np.maximum(np.linalg.norm(apart, axis=-1, keepdims=True), 1e-6)
        return sum(through(net, apart) for net in self.nets) * self.net_scale


def through(net: Sequence[Floats], rows: Floats) -> Floats:
    """Returns what a net makes of rows: `net` has what `Net` names, in its order."""
    hidden, hidden_bias, out, out_bias = net
    return np.maximum(rows @ hidden + hidden_bias, 0) @ out + out_bias


@functools.cache
def model() -> Model:
    file = Path(__file__).with_suffix(".bin")
    return Model(msgspec.msgpack.decode(file.read_bytes(), type=Weights))


def places_of(text: str) -> Sequence[int]:
    """Returns the places of the pieces of a text: two to five letters that follow each other, with the edges
    of their word, in their order."""
    places = set()
    for found in _WORD.finditer(_plain(text[:LONGEST])):
        word = f" {found.group()} "
        for length in range(2, 6):
            for start in range(max(1, len(word) - length + 1)):
                places.add(zlib.crc32(word[start : start + length].encode()) & (1 << BITS) - 1)
    return sorted(places)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in apart if not unicodedata.combining(character))


_WORD = re.compile(r"[^\W_]+|[^\w\s]")
