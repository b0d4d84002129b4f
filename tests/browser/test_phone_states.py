"""Everything a phone can show, as somebody sees it, feels it and hears it.

Each state is visited once and looked at in every way of looks.py. What a screen reader finds there, from top
to bottom, is compared with a reading in readings/: one file per state, for a person to review. After a change
that is meant, renew them and read what differs:

    RENEW_READINGS=1 .venv/bin/python -m pytest tests/browser/test_phone_states.py
    git diff tests/browser/readings
"""

from __future__ import annotations

import os
import re
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.houses import give_cookies, visiting
from tests.browser.looks import PHONE_LOOKS, SCREEN_LOOKS, look
from tests.browsers import PHONE, SCREEN
from tests.kinds.rooms import SETTINGS
from tests.people import Phone, a_participant, a_session, conduct, reloaded
from workshop import codes, kinds
from workshop.handover import lookback, proposal, saving
from workshop.handover.publishing import LookbackDraft, Publisher
from workshop.live.conduct import Conduct
from workshop.models import Activity, Session
from workshop.record import lookbacks
from workshop.services import Services

pytestmark = pytest.mark.in_this_process  # loads a page the very moment after a deed of the desk

READINGS = Path(__file__).parent / "readings"
RENEW = bool(os.environ.get("RENEW_READINGS"))
OTHERS = 9

Form = dict[str, list[str]]


@dataclass(frozen=True)
class Played:
    """A kind as it is played here: its settings, what this phone sends, and a form that does not fit; nothing
    of both where a phone only looks."""

    settings: dict[str, Any]
    sends: Form = field(default_factory=dict)
    refused: Form = field(default_factory=dict)

    @property
    def states(self) -> tuple[str, ...]:
        return OF_A_STEP if self.sends else ("open", "dicht", "getoond")


KINDS = {
    "cards": Played(
        SETTINGS["cards"][1],
        {"column": ["zorg"], "text": ["Grapjes gaan te ver"], "place": ["Op school"]},
        {"column": ["zorg"], "text": [""]},
    ),
    "dots": Played(
        {"options": ["Eerst dit", "Dan dat", "Later iets anders"], "dots": 2, "reason": True},
        {"options": ["1"], "reason": ["Dat is nu nodig"]},
        {"options": ["nergens"]},
    ),
    "marks": Played(
        SETTINGS["marks"][0],
        {"mark.samen": ["7"], "higher.samen": ["Vaker bellen"], "mark.taal": ["weet-niet"]},
        {"mark.samen": ["99"]},
    ),
    "actions": Played(SETTINGS["actions"][0], {"text": ["Elkaar bellen"]}, {"text": [""]}),
    "lights": Played(
        SETTINGS["lights"][0] | {"reason": True},
        {"light.a": ["rood"], "reason.a": ["Het is ver weg"]},
        {"light.a": ["paars"]},
    ),
    "matrix": Played(
        {"options": ["Een spreekuur", "Meer licht"]},
        {"effect.1": ["5"], "feasible.1": ["2"]},
        {"effect.1": ["5"]},
    ),
    "consent": Played(
        {"options": ["We spreken elkaar aan."]},
        {"choice": ["ja-maar"], "reason": ["Wie begint er"]},
        {"choice": ["misschien"]},
    ),
    "pairs": Played(
        {"options": ["Les", "Sport"], "per_phone": 2},  # of more, chance says which pair comes next
        {"a": ["1"], "b": ["2"], "relation": ["versterkt"], "reason": ["Dat zie ik"]},
        {"a": ["1"], "b": ["1"], "relation": ["versterkt"]},
    ),
    "signals": Played(
        SETTINGS["signals"][0],
        {"what": ["signaal"], "text": ["Leerlingen spreken elkaar aan"], "source": ["mentoren"]},
        {"what": ["signaal"], "text": [""]},
    ),
    "table": Played(
        SETTINGS["table"][0],
        {"text.weten.thuis": ["Gesprek aan tafel"], "flags": ["doen.school"]},
        {"ticks": ["nergens"]},
    ),
    "talk": Played(SETTINGS["talk"][1]),
}
OF_A_STEP = ("open", "fout", "eigen", "dicht", "getoond")
AROUND = (
    "begin",
    "code",
    "code-fout",
    "welkom",
    "welkom-bezet",
    "lobby",
    "hulp",
    "hulp-pagina",
    "stap-wacht",
    "geen-verbinding",
    "einde",
    "einde-terugblik",
    "afgelopen",
    "terugblik",
    "terugblik-dicht",
    "weg",
    "niet-gevonden",
)
STATES = {"around": AROUND} | {
    kind: tuple(f"{kind}-{state}" for state in played.states) for kind, played in KINDS.items()
}


def test_every_kind_is_played_here():
    assert set(KINDS) == set(kinds.names())
    assert {kind for kind, played in KINDS.items() if played.sends} == set(filter(kinds.asks, kinds.names()))


def test_every_reading_is_of_a_state_that_is_there():
    assert {file.stem for file in READINGS.glob("*.yaml")} == {
        state for states in STATES.values() for state in states
    }


@pytest.mark.parametrize("name", PHONE_LOOKS)
def test_a_look_at_every_state_of_a_phone_finds_nothing(seen, part, name):
    found = [f"{state}: {line}" for state, looks in seen.phone.items() for line in looks[name]]
    assert set(seen.phone) == set(STATES[part])
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("name", SCREEN_LOOKS)
def test_a_look_at_every_state_of_the_big_screen_finds_nothing_in_light_and_in_dark(seen, part, name):
    found = [f"{state}: {line}" for state, looks in seen.screen.items() for line in looks[name]]
    assert len(seen.screen) == (4 if part in KINDS else 0)
    assert not found, "\n" + "\n".join(found)


def test_a_screen_reader_finds_what_the_reading_of_each_state_says(seen, part):
    for state in STATES[part]:
        assert seen.readings[state] == (READINGS / f"{state}.yaml").read_text(), state


# --- what was seen --------------------------------------------------------------------------------


@dataclass
class Seen:
    phone: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    screen: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    readings: dict[str, str] = field(default_factory=dict)


@dataclass
class Visit:
    """One phone and one big screen that go from state to state."""

    services: Services
    page: Page
    wall: Page
    seen: Seen

    async def become(self, phone: Phone) -> None:
        await self.page.context.clear_cookies()
        await give_cookies(self.page.context, self.services.settings, phone.cookies)

    async def take_part(self) -> None:
        await self.page.goto("/deelnemen")
        await self.page.locator("#verbinding[data-state=live]").wait_for()

    async def note(self, state: str) -> None:
        await self.page.evaluate(
            "() => document.querySelectorAll('#stap details').forEach((fold) => (fold.open = true))"
        )
        self.seen.readings[state] = await self.reading()
        self.seen.phone[state] = await look(self.page, PHONE_LOOKS)
        if RENEW:
            READINGS.mkdir(exist_ok=True)
            (READINGS / f"{state}.yaml").write_text(self.seen.readings[state])

    async def reading(self) -> str:
        """From top to bottom, and then what is said with a field or a button besides its name."""
        snapshot = await self.page.locator("body").aria_snapshot()
        described = await self.page.evaluate(DESCRIBED)
        lines = [snapshot.rstrip(), *(["described:", *described] if described else [])]
        return without_chance("\n".join(lines), self.services) + "\n"

    async def note_wall(self, session: Session, state: str) -> None:
        await self.wall.goto(f"/scherm/{session.screen_token}")
        for scheme in ("light", "dark"):
            await self.wall.emulate_media(color_scheme=scheme)
            self.seen.screen[f"{state} {scheme}"] = await look(self.wall, SCREEN_LOOKS)

    async def refuse(self, form: Form) -> None:
        """Sends a form that does not fit."""
        await self.page.evaluate(
            """(given) => {
              const forms = [...document.querySelectorAll("#stap form[data-contribution]")];
              const form = forms.at("relation" in given ? -1 : 0);
              for (const [name, values] of Object.entries(given)) {
                const fields = [...form.querySelectorAll("[name]")].filter((field) => field.name === name);
                for (const value of values) {
                  const choice = fields.find((field) => field.type === "radio" && field.value === value);
                  const field = fields.find((field) => !/^(radio|checkbox)$/.test(field.type));
                  if (choice) choice.checked = true;
                  else if (field) field.value = value;
                  else {
                    const hidden = document.createElement("input");
                    form.append(Object.assign(hidden, { type: "hidden", name, value }));
                  }
                }
              }
              form.noValidate = true;
              form.removeAttribute("data-pager"); // which would go to the next page
              form.requestSubmit();
            }""",
            form,
        )
        await expect(self.page.locator("#melding")).not_to_be_empty()


DESCRIBED = """() => [...document.querySelectorAll("[aria-describedby]")]
  .filter((at) => at.checkVisibility({ visibilityProperty: true }))
  .map((at) => {
    const words = (id) => document.getElementById(id)?.innerText.trim().replace(/\\s+/g, " ") ?? "";
    const labels = [...(at.labels ?? [])].map((label) => label.textContent.trim());
    const inside = at.querySelector("legend")?.textContent ?? at.textContent;
    const name = at.getAttribute("aria-label") ?? labels[0] ?? inside;
    const said = at.getAttribute("aria-describedby").split(" ").map(words).filter(Boolean).join(" ");
    return said && `- ${at.localName} "${name.trim()}": ${said}`;
  })
  .filter(Boolean)"""


def without_chance(words: str, services: Services) -> str:
    """Addresses, tokens, days and the minutes that are left differ each time."""
    words = words.replace(services.settings.origin.removeprefix("http://"), "kompas.example")
    words = re.sub(r"/(j|terugblik)/[\w-]{22}", r"/\1/TOKEN", words)
    words = re.sub(r"Nog ongeveer \d+ min", "Nog ongeveer N min", words)
    return re.sub(r"\b\d+ [a-z]+ 20\d\d", "DAG", words)


@pytest.fixture(scope="module", params=STATES)
def part(request):
    """Of what a phone can show: seen once, by any worker."""
    return request.param


@pytest_asyncio.fixture(scope="module")
async def seen(browser, open_house, part):
    services = open_house
    async with AsyncExitStack() as stack:
        phone = await stack.enter_async_context(visiting(browser, services, **PHONE))
        screen = await stack.enter_async_context(visiting(browser, services, **SCREEN))
        visit = Visit(services, await phone.new_page(), await screen.new_page(), Seen())
        await (step(visit, part) if part in KINDS else around(visit))
    return visit.seen


async def step(visit: Visit, kind: str) -> None:
    """One kind: open, refused, with own input, closed, and shown with that of others. Where nothing can be
    sent, only what there is to see."""
    played = KINDS[kind]
    session, desk, activity = await a_step(visit.services, kind)
    me = await a_participant(visit.services, session, "jongere")
    await visit.become(me)
    await visit.take_part()
    await visit.note(f"{kind}-open")
    if played.sends:
        await visit.refuse(played.refused)
        await visit.note(f"{kind}-fout")
        await send(visit.services, session, me.id, activity, played.sends)
        await visit.take_part()
        await visit.note(f"{kind}-eigen")
    await visit.note_wall(session, f"{kind} open")
    await desk.set_open(activity.id, False)
    await visit.take_part()
    await visit.note(f"{kind}-dicht")
    await desk.set_open(activity.id, True)
    others = (OTHERS if kinds.get(kind).hides else 1) if played.sends else 0
    for _ in range(others):
        other = await a_participant(visit.services, session)
        await send(visit.services, session, other.id, activity, played.sends)
    await desk.show_all(activity.id)
    if kinds.get(kind).hides:
        await desk.set_shown(activity.id, True)
    await visit.take_part()
    await visit.note(f"{kind}-getoond")
    await visit.note_wall(session, f"{kind} getoond")


async def around(visit: Visit) -> None:
    """Before, between and after the steps."""
    services, page = visit.services, visit.page
    session, desk, activity = await a_step(services, "cards")
    await desk.go_to(None)
    for state, path in (
        ("begin", "/"),
        ("hulp-pagina", "/hulp"),
        ("weg", "/deelnemen"),
        ("code", "/doe-mee"),
    ):
        await page.goto(path)
        await visit.note(state)
    await page.get_by_label("Code").fill("1234")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_be_visible()
    await visit.note("code-fout")
    for state, path in (("welkom", f"/j/{session.join_token}"), ("niet-gevonden", "/nergens")):
        await page.goto(path)
        await visit.note(state)
    await desk.set_admits(False)
    await page.goto(f"/j/{session.join_token}")
    await visit.note("welkom-bezet")
    await desk.set_admits(True)
    await visit.become(await a_participant(services, session, "jongere"))
    await visit.take_part()
    await visit.note("lobby")
    await page.get_by_role("link", name="Hulp", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await visit.note("hulp")
    await page.keyboard.press("Escape")
    await interrupted(visit, desk, activity)
    await over(visit, session, desk, activity)


async def interrupted(visit: Visit, desk: Conduct, activity: Activity) -> None:
    """Somebody writes while the facilitator goes on, and then the line drops."""
    page = visit.page
    await desk.go_to(activity.id)
    await page.get_by_label("Mijn kaart").fill("Dit schrijf ik nog")
    await desk.go_to(None)
    await expect(page.locator("#stap-wacht")).to_contain_text("gaat zo verder")
    await visit.note("stap-wacht")
    await page.get_by_label("Mijn kaart").fill("")
    await expect(page.get_by_text("Je doet mee als")).to_be_visible()  # the lobby, with what is my own in it
    await page.context.set_offline(True)
    await page.evaluate("window.dispatchEvent(new Event('offline'))")
    await expect(page.locator("#geen-verbinding")).to_contain_text("geen verbinding")
    await visit.note("geen-verbinding")
    await page.context.set_offline(False)


async def over(visit: Visit, session: Session, desk: Conduct, activity: Activity) -> None:
    services, page = visit.services, visit.page
    await desk.go_to(activity.id)
    other = await a_participant(services, session)
    await send(services, session, other.id, activity, KINDS["cards"].sends)
    await desk.show_all(activity.id)
    await desk.end()
    await visit.take_part()
    await visit.note("einde")
    await page.goto("/terugblik/onbekend")
    await visit.note("terugblik-dicht")
    async with services.db.read() as db:
        proposed = await proposal.proposed(db, services.room.reader, await reloaded(services, session.id))
    kept = {"kept": [line.id for line in proposed]}
    await saving.save(services.db, services.room.reader, session.id, kept, desk.sign_in)
    publisher = Publisher(services.room, services.library, 5, session.id, desk.sign_in.account)
    async with services.db.read() as db:
        lines = await lookback.offered(db, services.library, await reloaded(services, session.id), 5)
    await publisher.publish(LookbackDraft(tuple(line.id for line in lines), "Dank voor jullie kaarten."))
    async with services.db.read() as db:
        token = await lookbacks.open_token(db, session.id)
    await visit.take_part()
    await visit.note("einde-terugblik")
    await page.goto(f"/terugblik/{token}")
    await visit.note("terugblik")
    await page.context.clear_cookies()
    await page.goto(f"/j/{session.join_token}")
    await visit.note("afgelopen")


async def a_step(services: Services, kind: str) -> tuple[Session, Conduct, Activity]:
    """A youth session that is at one step of this kind."""
    session = await a_session(services, "1-A", holds_back=True)
    first = session.activities[0].id

    async def change(db) -> None:
        activity = await db.get_one(Activity, first)
        activity.kind, activity.settings = kind, KINDS[kind].settings

    await services.db.write(change)
    desk = await conduct(services, session)
    await desk.go_to(first)
    session = await reloaded(services, session.id)
    return session, desk, session.activities[0]


async def send(services: Services, session: Session, phone, activity: Activity, form: Form) -> None:
    await services.room.contribute(session.id, phone, activity.id, codes.new_id(), form)
