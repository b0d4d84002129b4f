"""Every scene of every kind with the longest texts that fit in it, at the sizes that people have.

A phone, a big screen and a desk go from scene to scene together, and each is looked at in its sizes.
`PICTURES=folder` keeps a picture of each, for somebody to look at.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page
from sqlalchemy import select

from tests.browser.houses import give_cookies, visiting
from tests.browser.looks import glance
from tests.browser.stretched import LINK, LONG_WORD
from tests.people import a_facilitator, a_participant, a_partnership, a_session, reloaded
from workshop import bus, codes, kinds
from workshop.accounts import sign_in
from workshop.live.conduct import Conduct
from workshop.models import Action, Activity, Contribution, Session, SignIn
from workshop.pages import visitor
from workshop.safety.screening import warning
from workshop.services import Services

PICTURES = os.environ.get("PICTURES", "")
HAND = ((320, 640), (390, 844), (820, 1180))
WALL = ((1024, 768), (1280, 720), (1366, 768), (1440, 900), (1920, 1080), (3840, 2160))
PHONES = 12
"""Enough for results to be shown."""

LOOKS = {
    "phone": ("sideways", "overlapping", "broken", "out_of_reach"),
    "screen": ("cut", "overlapping", "broken"),
    "desk": ("sideways", "overlapping", "broken"),
}
SIZES = {
    "phone": (*HAND, (1440, 900)),
    "screen": WALL,
    "desk": (*HAND, (1024, 768), (1440, 900), (1920, 1080)),
}
"""The big screen fits itself to its height and its width. Elsewhere what differs begins at the widths between
these: at a desk at 75 and 105 rem, on a phone nowhere."""


def ordinary(most: int) -> str:
    """Words as people write them, as many as fit."""
    return ("We spreken met elkaar af wat we doen als het te ver gaat, en wie dan het eerst belt. " * 5)[
        :most
    ]


def unbroken(most: int) -> str:
    return f"Kijk {LONG_WORD} {LINK}"[:most]


Form = dict[str, list[str]]


@dataclass(frozen=True)
class Step:
    """A kind with as much in it as its settings and its answers hold; phone `n` sends `forms(n)`."""

    kind: str
    settings: dict[str, Any]
    forms: Any
    """(number of the phone) -> what it sends."""


def options(count: int, most: int = 140) -> list[str]:
    return [f"{number} {(ordinary, unbroken)[number % 2](most - 3)}" for number in range(count)]


def _columns(count: int) -> list[dict[str, str]]:
    tones = ("zorg", "kans", "", "")
    return [
        {
            "id": f"k{n}",
            "label": f"Wat gaat hier goed {n}",
            "plural": f"Wat hier al goed gaat {n}",
            "tone": tones[n],
        }
        for n in range(count)
    ]


def _cards(columns: int) -> Any:
    def forms(number: int) -> list[Form]:
        words = (ordinary, unbroken)[number % 2](280)
        return [
            {"text": [f"{number} {n} {words}"[:280]], "column": [f"k{(number + n) % columns}"]}
            for n in range(3)
        ]

    return forms


def _marks(themes: int) -> dict[str, Any]:
    label = "Doelgericht samenwerken"
    return {
        "themes": [
            {"id": f"t{n}", "label": f"{label} {n}", "questions": [ordinary(120)] * 2} for n in range(themes)
        ]
    }


STEPS = {
    "cards": Step(
        "cards", {"columns": _columns(2), "max_length": 280, "places": ["Thuis", "Op school"]}, _cards(2)
    ),
    "cards-one": Step(
        "cards",
        {"columns": _columns(1), "max_length": 280, "starter": "We willen dat iedereen hier"},
        _cards(1),
    ),
    "cards-four": Step("cards", {"columns": _columns(4), "max_length": 280}, _cards(4)),
    "dots": Step(
        "dots",
        {"options": options(12), "dots": 3, "chosen": 4},
        lambda n: [{"options": [str(1 + n % 5), str(1 + n % 3)]}],
    ),
    "dots-reason": Step(
        "dots",
        {"options": options(3), "dots": 1, "reason": True},
        lambda n: [{"options": [str(1 + n % 2)], "reason": [(ordinary, unbroken)[n % 2](140)]}],
    ),
    "marks": Step(
        "marks",
        _marks(5),
        lambda n: [
            {f"mark.t{t}": [str(1 + 9 * (n % 2) if t == 0 else 5 + (n + t) % 3)] for t in range(5)}
            | {"higher.t0": [unbroken(140)]}
        ],
    ),
    "marks-seven": Step(
        "marks",
        _marks(7),
        lambda n: [{f"mark.t{t}": [str(1 + 9 * (n % 2) if t == 0 else 5 + (n + t) % 3)] for t in range(7)}],
    ),
    "actions": Step("actions", {}, lambda n: [{"text": [f"{n} {(ordinary, unbroken)[n % 2](137)}"]}]),
    "lights": Step(
        "lights",
        {
            "statements": [{"id": f"s{n}", "text": text} for n, text in enumerate(options(8, 190))],
            "reason": True,
        },
        lambda n: [
            {f"light.s{s}": [("groen", "oranje", "rood")[(n + s) % 3]] for s in range(8)}
            | {"reason.s0": [unbroken(140)]}
        ],
    ),
    "lights-few": Step(
        "lights",
        {
            "statements": [{"id": f"s{n}", "text": text} for n, text in enumerate(options(3, 190))],
            "reason": True,
        },
        lambda n: [
            {f"light.s{s}": [("groen", "oranje", "rood")[(n + s) % 3]] for s in range(3)}
            | {"reason.s0": [ordinary(140)]}
        ],
    ),
    "matrix": Step(
        "matrix",
        {"options": options(12)},
        lambda n: [
            {f"effect.{o}": [str(1 + (n + o) % 5)] for o in range(1, 12)}
            | {f"feasible.{o}": [str(1 + (2 * n + o) % 5)] for o in range(1, 12)}
        ],
    ),
    "consent": Step(
        "consent",
        {"options": options(3)},
        lambda n: [
            {
                "choice": [("ja", "ja-maar", "nee")[n % 3]],
                "reason": [(ordinary, unbroken)[n % 2](140)],
            }
        ],
    ),
    "pairs": Step(
        "pairs",
        {"options": options(8), "per_phone": 10},
        lambda n: [
            {
                "a": [str(1 + a)],
                "b": [str(3 + (a + n) % 6)],
                "relation": [("versterkt", "sluit-aan", "botst")[a % 3]],
                "reason": [unbroken(140)],
            }
            for a in range(2)
        ],
    ),
    "signals": Step(
        "signals",
        {},
        lambda n: [
            {
                "what": [("signaal", "indicator")[n % 2]],
                "text": [f"{n} {(ordinary, unbroken)[n // 2 % 2](137)}"],
                "source": [unbroken(60)],
            }
        ],
    ),
    "table": Step(
        "table",
        {
            "rows": [{"id": f"r{n}", "label": f"Gezondheid, zorg en hulp {n}"} for n in range(5)],
            "columns": [{"id": f"c{n}", "label": text} for n, text in enumerate(options(4, 80))],
            "flag": True,
        },
        lambda n: [
            {f"text.r{n % 5}.c{n % 4}": [f"{n} {(ordinary, unbroken)[n % 2](77)}"], "flags": [f"r{n % 3}.c0"]}
        ],
    ),
    "talk": Step("talk", {}, lambda n: []),
    "talk-pause": Step("talk", {"pause": True}, lambda n: []),
}


def test_every_kind_is_looked_at_here():
    assert {step.kind for step in STEPS.values()} == set(kinds.names())


@pytest.mark.parametrize("part", STEPS)
async def test_a_look_at_every_scene_of_a_step_with_the_longest_texts_finds_nothing(here, part):
    await one_step(here, part, STEPS[part])
    assert not here.found, "\n" + "\n".join(here.found)


@pytest.mark.parametrize("part", ["around"])
async def test_a_look_before_and_after_the_steps_finds_nothing(here, part):
    await around(here)
    assert not here.found, "\n" + "\n".join(here.found)


# --- what was seen --------------------------------------------------------------------------------


@dataclass
class Round:
    """Three browsers that go from scene to scene."""

    services: Services
    sign_in: SignIn
    pages: dict[str, Page]
    sizes: dict[str, list[tuple[int, int]]] = field(
        default_factory=lambda: {audience: list(sizes) for audience, sizes in SIZES.items()}
    )
    """Up and down again, so that the next page loads in the window of now."""
    found: list[str] = field(default_factory=list)

    async def look(self, audience: str, scene: str, address: str) -> None:
        page = self.pages[audience]
        await page.goto(address)
        if audience == "phone" and address == "/deelnemen":
            await page.evaluate(
                "document.querySelectorAll('#stap details').forEach((at) => (at.open = true))"
            )
        for width, height in self.sizes[audience]:
            await page.set_viewport_size({"width": width, "height": height})
            where = f"{audience} {scene} {width}x{height}"
            for name, lines in (await glance(page, *LOOKS[audience])).items():
                self.found += [f"{where}: {name}: {line}" for line in lines]
            if PICTURES:
                await page.screenshot(path=Path(PICTURES) / f"{where}.png", full_page=audience != "screen")
        self.sizes[audience].reverse()

    async def become(self, session: Session, group: str | None) -> None:
        await self.pages["phone"].context.clear_cookies()
        phone = await a_participant(self.services, session, group)
        await give_cookies(self.pages["phone"].context, self.services.settings, phone.cookies)

    async def see(self, session: Session, scene: str, *audiences: str) -> None:
        addresses = {
            "phone": "/deelnemen",
            "screen": f"/scherm/{session.screen_token}",
            "desk": f"/sessies/{session.id}/regie",
        }
        for audience in audiences or addresses:
            await self.look(audience, scene, addresses[audience])


@pytest_asyncio.fixture
async def here(browser, open_house):
    services = open_house
    account = await a_facilitator(services, name=ordinary(60))
    token = await services.db.write(lambda db: sign_in.begin(db, account.id, days=1))
    async with AsyncExitStack() as stack:
        contexts = {
            audience: await stack.enter_async_context(
                visiting(browser, services, viewport={"width": width, "height": height})
            )
            for audience, ((width, height), *_) in SIZES.items()
        }
        await give_cookies(contexts["desk"], services.settings, {visitor.COOKIE: token})
        pages = {audience: await context.new_page() for audience, context in contexts.items()}
        yield Round(services, await _desk_of(services, token), pages)


async def around(here: Round) -> None:
    """The lobby of a session with a title that cannot be broken, and the end of one that chose and agreed."""
    session, _ = await a_room(here, {"dots": STEPS["dots"], "actions": STEPS["actions"]}, unbroken(120))
    await here.look("phone", "welkom", f"/j/{session.join_token}")
    await here.become(session, "jongere")
    await here.see(session, "lobby")
    desk = Conduct(here.services.room, session.id, here.sign_in)
    for activity in session.activities:
        await desk.go_to(activity.id)
        await fill(here.services, session, activity, STEPS[activity.key])
        await show(here.services, desk, activity)
    await desk.end()
    await here.see(session, "einde")


async def one_step(here: Round, name: str, step: Step) -> None:
    session, desk = await a_room(here, {name: step}, ordinary(120))
    activity = session.activities[0]
    await desk.go_to(activity.id)
    await here.become(session, "jongere")
    await here.see(session, f"{name} leeg", "screen")
    await fill(here.services, session, activity, step)
    await here.see(session, f"{name} open")
    await show(here.services, desk, activity)
    await here.see(session, f"{name} getoond")


async def a_room(here: Round, steps: dict[str, Step], title: str) -> tuple[Session, Conduct]:
    """A session with these steps and no others, in a dossier that has actions of an earlier time."""
    partnership = await a_partnership(here.services, here.sign_in.account, name=unbroken(120))
    session = await a_session(
        here.services, "1-A", partnership=partnership, sign_in=here.sign_in, holds_back=True
    )

    async def change(db) -> None:
        row = await db.get_one(Session, session.id)
        row.title = title
        for spare in row.activities:
            await db.delete(spare)
        await db.flush()
        for place, (key, step) in enumerate(steps.items()):
            words = {"question": ordinary(200), "help": unbroken(200)}
            db.add(
                Activity(
                    session_id=session.id,
                    key=key,
                    position=place,
                    kind=step.kind,
                    settings=step.settings,
                    title=ordinary(120),
                    youth=words,
                    saves={},
                    **words,
                )
            )
        for n in range(8):
            words = (ordinary, unbroken)[n % 2](300)
            db.add(Action(partnership_id=partnership.id, field="1-A.acties", text=words, owner=unbroken(120)))

    await here.services.db.write(change)
    return await reloaded(here.services, session.id), Conduct(here.services.room, session.id, here.sign_in)


async def fill(services: Services, session: Session, activity: Activity, step: Step) -> None:
    """Every phone sends; what one in seven sends still waits, and nothing else, whatever it looks like. So
    something is shown in every row of five."""
    for number in range(PHONES):
        phone = await a_participant(services, session)
        for form in step.forms(number):
            await services.room.contribute(
                session.id, phone.id, activity.id, codes.new_id(), form | {warning.TO: [warning.FACILITATOR]}
            )

    async def let_through(db) -> None:
        sent = (
            select(Contribution).where(Contribution.activity_id == activity.id).order_by(Contribution.order)
        )
        for row, state in zip(await db.scalars(sent), cycle((*["shown"] * 6, "held"))):
            row.state = state
            row.notes = {"owner": unbroken(120), "due": "elke maand", "frequency": ordinary(60)}

    await services.db.write(let_through)
    await services.room.bus.tell(bus.Change(session.id, bus.STEP))


async def show(services: Services, desk: Conduct, activity: Activity) -> None:
    if kinds.get(activity.kind).hides:
        await desk.set_shown(activity.id, True)
    else:
        await desk.set_open(activity.id, False)


async def _desk_of(services: Services, token: str) -> SignIn:
    async with services.db.read() as db:
        return (await db.scalars(select(SignIn).where(SignIn.token_hash == codes.token_hash(token)))).one()
