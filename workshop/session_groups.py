"""Which groups a session offers: the fixed ones, own ones such as a school or a club, or both. And by what
name people read them.

A session keeps its groups as a list, in their order: a fixed one by its id, an own one as `OwnGroup`; an
empty list stands for all fixed ones. Phones carry the id of a group, the dossier the name of an own one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from workshop import text
from workshop.languages import N_, Sentence

T = TypeVar("T")

YOUNG, UNSAID = "jongere", "liever-niet"
GROUPS = {
    YOUNG: N_("Jongere"),
    "ouder": N_("Ouder"),
    "uitvoering": N_("Iemand die met jongeren werkt"),
    "beleid": N_("Iemand van beleid of bestuur"),
    UNSAID: N_("Liever niet zeggen"),
}
PLURALS = {
    YOUNG: "Jongeren",
    "ouder": "Ouders",
    "uitvoering": "Professionals",
    "beleid": "Beleid en bestuur",
    UNSAID: "Anderen",
}
OTHERS = "Alle anderen"
"""Label for whoever named no group and for groups too small to be shown apart."""
FIXED = tuple(id for id in GROUPS if id != UNSAID)
"""The fixed groups that a session can leave out; `UNSAID` always stays."""
MOST = 6
"""How many groups a session offers at most, `UNSAID` not counted: in more of them too few people sit."""
SHORTEST, LONGEST = 2, 40
_OWN_YOUNG, _OWN = "jong-", "eigen-"
"""How the id of an own group begins: of young people, and of others."""


class OwnGroup(msgspec.Struct, frozen=True):
    """A group that a facilitator named: `{"label": "School A", "young": true}`."""

    label: str
    young: bool = False

    @property
    def id(self) -> str:
        """Made of what it means, so that a phone never comes to stand in another group than it chose: the
        same name with other capitals or dots keeps its id, another name has another."""
        made = hashlib.sha256(_folded(self.label).encode()).hexdigest()[:10]
        return f"{_OWN_YOUNG if self.young else _OWN}{made}"


class OfferedGroup(msgspec.Struct, frozen=True):
    """A group as a phone offers it. A fixed name has translations, an own one is shown as it was typed."""

    id: str
    label: str
    own: bool = False


def offered(kept: Sequence[Any]) -> dict[str, OfferedGroup]:
    """Returns id -> group, in the order in which a session with these `groups` offers them."""
    return _offered(_own_or_fixed(kept))


def checked(group: str | None, kept: Sequence[Any]) -> str | None:
    """Returns the group, or None when nothing was chosen. Raises `ValueError` for one that a session with
    these `groups` does not offer."""
    if not group:
        return None
    if group not in offered(kept):
        raise ValueError(Sentence("Deze groep bestaat niet. Kies er een uit de lijst, of sla het over."))
    return group


def is_young(group: str | None) -> bool:
    """Says whether who is of this group is a young person."""
    return group == YOUNG or bool(group and group.startswith(_OWN_YOUNG))


def is_adult(group: str | None) -> bool:
    """Says whether who is of this group is none. Of who said nothing, nobody knows."""
    return bool(group) and group != UNSAID and not is_young(group)


def alike(group: str, kept: Sequence[Any]) -> list[str]:
    """Returns what somebody of a fixed group can choose where a session offers others: that one, or else the
    own groups of young people, or of others."""
    there = offered(kept)
    same = is_young if is_young(group) else is_adult
    return [group] if group in there else list(filter(same, there))


def own_of(kept: Sequence[Any]) -> list[OwnGroup]:
    """Returns the own groups of a session."""
    return [one for one in _own_or_fixed(kept) if isinstance(one, OwnGroup)]


def has_young(kept: Sequence[Any]) -> bool:
    """Says whether a facilitator named a group of young people: then their cards wait first."""
    return any(own.young for own in own_of(kept))


def chosen(fixed: Iterable[str], own: Iterable[tuple[str, bool]]) -> list[Any]:
    """Makes the `groups` of a session of a form: ids of fixed groups, and name and youth of own ones, of
    which an empty name is none. Raises `ValueError` with a sentence for what does not fit."""
    groups: list[str | OwnGroup] = [id for id in FIXED if id in set(fixed)]
    groups += [OwnGroup(_label(typed), young) for typed, young in own if text.tidy(typed)]
    known = {_folded(word): word for word in (*GROUPS, *GROUPS.values(), *PLURALS.values(), OTHERS)}
    for one in groups:
        if not isinstance(one, OwnGroup):
            continue
        folded = _folded(one.label)
        if not folded:
            raise ValueError(f"Schrijf in de naam ‘{one.label}’ ook een letter of een cijfer.")
        if folded in known:
            raise ValueError(f"‘{known[folded]}’ is er al. Geef elke groep een andere naam.")
        known[folded] = one.label
    if not groups:
        raise ValueError("Kies minstens één groep, of vul er zelf een in.")
    if len(groups) > MOST:
        raise ValueError(
            f"Kies hooguit {MOST} groepen: nu zijn het er {len(groups)}. In een kleine groep val je op."
        )
    return [] if groups == [*FIXED] else msgspec.to_builtins(groups)


def fits(kept: Sequence[Any]) -> bool:
    """Says whether these are `groups` that a form can make: what comes from elsewhere may be anything."""
    try:
        some = _own_or_fixed(kept)
        fixed = [one for one in some if isinstance(one, str)]
        return [*kept] == chosen(fixed, [(one.label, one.young) for one in some if isinstance(one, OwnGroup)])
    except ValueError:
        return False


def in_dossier(kept: Sequence[Any], by_group: Mapping[str, T]) -> dict[str, T]:
    """Returns figures by group as the dossier keeps them: of an own group under its name, as that is now. So
    two sessions are compared where they used the same name."""
    there = offered(kept)
    return {there[id].label if id in there and there[id].own else id: of for id, of in by_group.items()}


def named(present: Iterable[str]) -> dict[str, str]:
    """Returns group of the dossier -> name, in the order in which people see them: fixed ones, own ones by
    name, all others."""
    there = {*present}
    own = sorted(there - {*PLURALS, ""}, key=lambda label: (label.casefold(), label))
    every = PLURALS | {label: label for label in own} | {"": OTHERS}
    return {group: name for group, name in every.items() if group in there}


@lru_cache(maxsize=500)
def _offered(groups: tuple[str | OwnGroup, ...]) -> dict[str, OfferedGroup]:
    some = [
        OfferedGroup(one.id, one.label, True) if isinstance(one, OwnGroup) else OfferedGroup(one, GROUPS[one])
        for one in groups
    ]
    return {group.id: group for group in (*some, OfferedGroup(UNSAID, GROUPS[UNSAID]))}


def _own_or_fixed(kept: Sequence[Any]) -> tuple[str | OwnGroup, ...]:
    return tuple(msgspec.convert(kept, list[str | OwnGroup])) if kept else FIXED


def _label(typed: str) -> str:
    label = text.tidy(typed[: LONGEST * 20])
    if not SHORTEST <= len(label) <= LONGEST:
        raise ValueError(f"‘{label[:60]}’ past niet: een naam heeft {SHORTEST} tot en met {LONGEST} tekens.")
    return label


def _folded(label: str) -> str:
    """Returns what stays of a name in any spelling: letters and digits, without capitals and accents."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", label.casefold()).casefold())
    return "".join(letter for letter in bare if letter.isalnum())
