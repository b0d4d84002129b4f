"""Measures the screening on the hands of `learn.TEST`: written by others than those that were learned from,
and read by nothing else.

A card is found when the screening names it as what it is, sure or perhaps. An ordinary card is one that
nobody would take for something else; look-alikes are counted apart. Time is of the processor, not of the
clock. `python -m bench.screening` prints it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.learn import GOALS, HANDS, Card, cards_of, hands
from workshop import meaning
from workshop.languages import LANGUAGES
from workshop.safety.screening import Finding, Judged, screen
from workshop.safety.screening.learned import JUDGED

HELD, ASKED = 0.08, 0.03
"""Of ordinary harmless cards, at most."""
FORMS = ("naam", "telefoon", "e-mail", "bsn")
FOUND = 0.95
"""Of what has a form, at least, in each language."""
ALONE, TOGETHER = 3.0, 1.0
"""Milliseconds that a card may cost when cards come one by one, and when two hundred come at once."""
MANY = 200


@dataclass(frozen=True)
class Screened:
    card: Card
    findings: tuple[Finding, ...]

    @property
    def held(self) -> bool:
        return bool(self.findings)

    @property
    def asked(self) -> bool:
        return any(finding.sure for finding in self.findings)

    def is_named(self, sort: Judged) -> bool:
        return any(finding.category == sort for finding in self.findings)


def measure(tell: bool) -> list[str]:
    """Prints a table with meaning, one by words alone, and what a card costs; with `tell` also which cards
    went wrong. Returns which goals are missed."""
    cards = [card for file in hands(test=True) for card in cards_of(file)]
    if not meaning.is_there():
        return ["the encoder is not installed"]
    missed = report_forms(forms()) + report(cards, True, tell)
    report(cards, False, False)
    return missed + cost(cards)


def forms() -> tuple[Card, ...]:
    """Returns the cards with names, numbers and addresses in every language."""
    return cards_of(HANDS.parent / "forms.toml")


def report_forms(cards: Sequence[Card]) -> list[str]:
    """Prints how much of what has a form is found in each language, and returns which goals are missed."""
    judged = meaning.judge([card.text for card in cards], with_meaning=False)
    found = [
        {finding.category for finding in screen(card.text, one)}
        for card, one in zip(cards, judged, strict=True)
    ]
    print(f"\nwhat has a form ({len(cards)} cards): found of each sort; asked of look-alikes")
    print(f"{'':4}" + "".join(f"{form:>13}" for form in FORMS) + f"{'look-alikes':>18}")
    missed = []
    for language in LANGUAGES:
        here = [(card, some) for card, some in zip(cards, found, strict=True) if card.language == language]
        recall = {
            form: _mean([form in some for card, some in here if form in card.categories]) for form in FORMS
        }
        asked = _mean([not some.isdisjoint(FORMS) for card, some in here if not card.categories])
        print(f"{language:4}" + "".join(f"{value:13.3f}" for value in recall.values()) + f"{asked:18.3f}")
        missed += [f"{language}: {form} {value:.3f}" for form, value in recall.items() if value < FOUND]
        missed += [f"{language}: {asked:.1%} of look-alikes asked"] if asked > ASKED else []
    return missed


def report(cards: Sequence[Card], with_meaning: bool, tell: bool) -> list[str]:
    judged = meaning.judge([card.text for card in cards], with_meaning)
    screened = [Screened(card, screen(card.text, one)) for card, one in zip(cards, judged, strict=True)]
    name = "words and meaning" if with_meaning else "words alone, as with WORKSHOP_MEANING=off"
    print(f"\n{name} ({len(cards)} cards): found of each sort; held and asked of harmless ones")
    print(f"{'':4}" + "".join(f"{sort:>13}" for sort in JUDGED) + f"{'ordinary':>18}{'look-alikes':>18}")
    missed = []
    for language in LANGUAGES:
        here = [one for one in screened if one.card.language == language]
        found = {
            sort: share([one for one in here if sort in one.card.categories], named(sort)) for sort in JUDGED
        }
        plain = [one for one in here if not one.card.categories]
        harmless = [
            (share(some, lambda one: one.held), share(some, lambda one: one.asked))
            for alike in (False, True)
            if (some := [one for one in plain if one.card.lookalike is alike])
        ]
        print(
            f"{language:4}"
            + "".join(f"{value:13.3f}" for value in found.values())
            + "".join(f"{held:10.3f} {asked:7.3f}" for held, asked in harmless)
        )
        for sort, value in found.items():
            if value < GOALS[sort][language]:
                missed.append(f"{language}: {sort} {value:.3f}, wanted {GOALS[sort][language]}")
        held, asked = harmless[0]
        missed += [f"{language}: {held:.1%} of ordinary cards held"] if held > HELD else []
        missed += [f"{language}: {asked:.1%} of ordinary cards asked"] if asked > ASKED else []
    if tell:
        for one in screened:
            wrong = [sort for sort in JUDGED if sort in one.card.categories and not one.is_named(sort)]
            if wrong or (one.held and not one.card.categories):
                print(f"  {one.card.language} {', '.join(wrong) or 'held'}: {one.card.text}")
    return missed


def named(sort: Judged) -> Callable[[Screened], bool]:
    return lambda one: one.is_named(sort)


def share(some: Sequence[Screened], test: Callable[[Screened], bool]) -> float:
    return _mean([test(one) for one in some])


def cost(cards: Sequence[Card]) -> list[str]:
    """Prints what a card costs in a room, where nine of ten are harmless, and what its vector costs where it
    needs one; returns what is too much."""
    harmless = [card.text for card in cards if not card.categories]
    other = [card.text for card in cards if card.categories]
    room = _spread(harmless, MANY * 9 // 10) + _spread(other, MANY // 10)
    alone = _milliseconds(lambda: [meaning.judge([text], with_meaning=True) for text in room])
    together = _milliseconds(lambda: meaning.judge(room, with_meaning=True))
    words = _milliseconds(lambda: meaning.judge(room, with_meaning=False))
    one = _milliseconds(lambda: [meaning.vectors_of([text]) for text in room])
    many = _milliseconds(lambda: meaning.vectors_of(room))
    print(
        f"\na card alone {alone:.2f} ms, of {MANY} at once {together:.2f} ms, by words alone {words:.2f} ms; "
        f"a vector alone {one:.2f} ms, of {MANY} at once {many:.2f} ms"
    )
    missed = [f"a card alone costs {alone:.2f} ms"] if alone > ALONE else []
    return missed + ([f"a card of many costs {together:.2f} ms"] if together > TOGETHER else [])


def _mean(some: Sequence[bool]) -> float:
    return sum(some) / max(1, len(some))


def _spread(texts: Sequence[str], count: int) -> list[str]:
    """Returns so many of the texts, from all of them: hands wrote one language after the other."""
    return [texts[at * len(texts) // count] for at in range(count)]


def _milliseconds(work: Callable[[], object]) -> float:
    """The least of three times, for one card."""
    times = []
    for _ in range(3):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times) / MANY * 1000
