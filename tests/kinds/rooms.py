"""A room in a test without a database: settings of every kind, and what phones send."""

import random
import uuid

from workshop import kinds
from workshop.kinds import Cluster, EarlierMarks, Entry, Inputs, OpenAction, Option

SETTINGS = {
    "cards": [
        {},
        {
            "columns": [
                {"id": "zorg", "label": "Zorg", "plural": "Zorgen", "tone": "zorg"},
                {"id": "kans", "label": "Kans", "plural": "Kansen", "tone": "kans"},
            ],
            "places": ["Thuis", "Op school"],
            "max_length": 60,
        },
        {"starter": "We willen dat"},
    ],
    "dots": [
        {"source": "kaarten"},
        {"fields": ["1-A.zorgen"], "dots": 5, "chosen": 1},
        {"options": ["Eerst dit", "Dan dat"], "dots": 1, "reason": True},
        {"source": "kaarten", "dots": 4, "each": 2, "by_column": True},
    ],
    "marks": [
        {
            "themes": [
                {"id": "samen", "label": "Samen"},
                {"id": "taal", "label": "Taal", "questions": ["Hoe?"]},
            ]
        },
        {"themes": [{"id": "samen", "label": "Samen"}], "higher": False},
    ],
    "actions": [{}, {"rhythm": True, "max_length": 20}],
    "lights": [
        {
            "statements": [
                {"id": "a", "text": "Hulp is dichtbij"},
                {"id": "b", "text": "Ik durf iets te zeggen"},
            ],
            "reason": True,
        },
        {"source": "kaarten", "preset": "herkennen"},
    ],
    "matrix": [{"source": "kaarten"}, {"options": ["Een spreekuur", "Meer licht"]}],
    "consent": [
        {"options": ["We spreken elkaar aan.", "Elke maand kijken we terug."]},
        {"source": "kaarten"},
    ],
    "pairs": [{"source": "kaarten"}, {"options": ["Les", "Sport", "Thuis"], "per_phone": 2}],
    "signals": [{}, {"max_length": 40, "sort": False, "fits": True}],
    "talk": [{}, {"pause": True}],
    "table": [
        {
            "rows": [{"id": "weten", "label": "Weten"}, {"id": "doen", "label": "Doen"}],
            "columns": [{"id": "school", "label": "School"}, {"id": "thuis", "label": "Thuis"}],
            "ready": {"weten.school": ["Lessen"]},
            "flag": True,
        },
        {"rows": [{"id": "wie", "label": "Wie"}], "columns_from": ["0-B.partners"], "max_length": 30},
    ],
}
"""For every kind a few settings that differ in what they allow."""

INPUTS = Inputs(
    options=tuple(Option(f"k{n}", f"Kaart {n}", "zorg", 3) for n in range(1, 13)),
    clusters=(Cluster("c1", "Pleinen", "zorg"), Cluster("c2", "Leeg", "zorg")),
    earlier=(EarlierMarks("samen", "3 mei 2026", 6.5, 3, 9, 20),),
    actions=(OpenAction("a1", "Elkaar bellen", "GGD", "1 mei 2026", "open"),),
)
NOTHING = Inputs()

GROUPS = (None, "jongere", "ouder", "uitvoering")


def cases():
    """Every kind with each of its settings. A kind without any here fails the contract."""
    return [
        (name, kinds.settings(kinds.get(name), given))
        for name in kinds.names()
        for given in SETTINGS.get(name, [])
    ]


def form(**fields):
    """As a browser posts it: every value a text, every field a list."""
    return {
        name.replace("__", "."): [str(v) for v in (value if isinstance(value, list | tuple) else [value])]
        for name, value in fields.items()
    }


def posted(simulated):
    return {name: value if isinstance(value, list) else [value] for name, value in simulated.items()}


def send(kind, settings, given, inputs=NOTHING, **about):
    """What one post becomes: entries with fresh ids."""
    return [
        Entry(str(uuid.uuid4()), kinds.answer(kind, single, settings, inputs), **about)
        for single in kind.split(given, settings)
    ]


def crowd(kind, settings, inputs, phones=200, seed=1):
    """Entries of simulated phones; of an answer that replaces, only the last."""
    rng = random.Random(seed)
    entries = []
    for _ in range(phones):
        own = {}
        group = rng.choice(GROUPS)
        for simulated in kind.simulate(rng, settings, inputs):
            for entry in send(kind, settings, posted(simulated), inputs, group=group):
                slot = kind.slot(entry.answer)
                own[entry.id if slot is None else slot] = entry
        entries += own.values()
    return entries
