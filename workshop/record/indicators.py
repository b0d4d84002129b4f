"""Indicators and signals: the details of a row, and the same details as labels that every page can show."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from workshop.items import Item

KINDS = ("indicator", "signaal")
NEEDS = ("", "nodig", "leuk om te weten")
CHOICES = {"kind": KINDS, "need": NEEDS}
PREFIXES = {"source": "Bron: ", "frequency": "Hoe vaak: ", "owner": "Wie: "}


def without_text(kind: str) -> str:
    """Returns the sentence for a row where only the text is missing."""
    which = "Een signaal" if kind == "signaal" else "Een indicator"
    return f"{which} zonder tekst kan niet. Schrijf op wat je wilt weten."


def written(item: Item, before: Item | None) -> Item:
    """Returns the item with its details as labels too, as a session writes them; other labels stay.

    An item that a session wrote with labels only comes back as it was when nothing of it changed.
    """
    if before and not before.details and _known(before) == _known(item) and before.text == item.text:
        return before
    others = tuple(label for label in item.labels if label not in labels_of(details_of(before or item)))
    return msgspec.structs.replace(item, labels=(*labels_of(item.details), *others))


def labels_of(details: Mapping[str, str]) -> tuple[str, ...]:
    told = (
        details.get("kind", "").capitalize(),
        f"Bron: {source}" if (source := details.get("source")) else "",
        details.get("need", "").capitalize(),
        f"Hoe vaak: {frequency}" if (frequency := details.get("frequency")) else "",
        f"Wie: {owner}" if (owner := details.get("owner")) else "",
    )
    return tuple(label for label in told if label)


def details_of(item: Item) -> dict[str, str]:
    """Returns the details of an item; those of an item that a session wrote with labels only
    are read from them."""
    if item.details:
        return dict(item.details)
    found = {"kind": KINDS[0]}
    for label in item.labels:
        words = label.lower()
        found |= {name: words for name, allowed in CHOICES.items() if words in allowed}
        found |= {name: label.removeprefix(p) for name, p in PREFIXES.items() if label.startswith(p)}
    return found


def _known(item: Item) -> dict[str, str]:
    return {name: words for name, words in details_of(item).items() if words}
