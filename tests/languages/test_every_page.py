"""Nothing that a phone reads is left in Dutch: every page, and every state of every kind, in a language that
marks what is translated."""

import datetime as dt
import random

import pytest
from sqlalchemy import select

from tests.kinds.rooms import posted
from tests.languages.pseudo import CODE, Pseudo, stand_in, unmarked
from tests.people import a_participant, a_session, activity, conduct, reloaded
from workshop import codes, kinds, languages, translating
from workshop.content.library import Library
from workshop.handover import lookback
from workshop.handover.lookback import ACTION, DECIDED, MARK, TITLES, LookbackLine
from workshop.items import Item
from workshop.live import audience
from workshop.models import Contribution, Lookback, now
from workshop.pages.phone.page import LANGUAGE
from workshop.record import actions, answers
from workshop.record.actions import STATUSES
from workshop.settings import ROOT

pytestmark = pytest.mark.tour

DAY = dt.date(2026, 12, 1)
LIBRARY = Library.load(ROOT / "sessions")
STEPS = [(worksheet.id, step.key, step.kind) for worksheet in LIBRARY.worksheets for step in worksheet.script]
FIRST = {kind: (worksheet, key) for worksheet, key, kind in reversed(STEPS)}
"""Of every kind one step that a script asks."""


TRANSLATED = {
    worksheet.id: keys
    for worksheet in LIBRARY.worksheets
    if (
        keys := [
            step.key
            for step in worksheet.script
            if worksheet.id in translating.WORKSHEETS or step.kind == "marks"
        ]
    )
}
"""Worksheet -> its steps that are asked in other languages."""


@pytest.fixture
def speaking_pseudo(monkeypatch, services, client):
    stand_in(monkeypatch, Pseudo(services.library))
    client.cookies.set(LANGUAGE, CODE)
    return client


def check(answer, status=200, names=None):
    assert answer.status_code == status, answer.text
    assert unmarked(answer.text, names) == []
    return answer.text


@pytest.mark.parametrize("kind", sorted(FIRST))
async def test_every_state_of_every_kind(services, speaking_pseudo, kind):
    client = speaking_pseudo
    worksheet, key = FIRST[kind]
    sheet = services.library.worksheet(worksheet)
    session = await a_session(services, worksheet, step=sheet.script[0].key)
    partnership = session.partnership_id
    for step in sheet.script:
        for field in (*step.settings.get("fields", ()), *step.settings.get("columns_from", ())):
            await fill(services, partnership, field)
    desk = await conduct(services, session)
    phones = [await a_participant(services, session, group) for group in ("jongere", "ouder", None)] * 2
    phones += [await a_participant(services, session) for _ in range(5)]
    for step in sheet.script:
        await desk.go_to(activity(session, step.key).id)
        if step.key == key:
            break
        await everybody_sends(services, session, phones, step)
    asked = asked_of(phones, activity(session, key))
    for phone in (*(one for one in phones[:2] if one not in asked), *asked[:2]):
        client.cookies.update(phone.cookies)
        check(await client.get("/deelnemen"))
    await everybody_sends(services, session, phones, step)
    nonsense = {"activity": str(activity(session, key).id)}
    answer = await client.post("/deelnemen/bijdragen", data=nonsense, headers={"HX-Request": "true"})
    check(answer, answer.status_code)
    if answer.status_code != 200:  # no dots at all are an answer too
        check(await client.post("/deelnemen/bijdragen", data=nonsense), answer.status_code)
    await states(services, client, session, phones, desk, key)


async def states(services, client, session, phones, desk, key):
    id = activity(session, key).id
    check(await client.get("/deelnemen"))
    for state in ("held", "hidden", "shown"):
        await every_card(services, id, state)
        check(await client.get("/deelnemen/mijn"))
    await desk.set_open(id, False)
    check(await client.get("/deelnemen/scene"))
    await desk.set_shown(id, True)
    check(await client.get("/deelnemen/scene"))
    check(await client.get("/deelnemen/scherm"))
    await desk.end()
    check(await client.get("/deelnemen/scene"))
    check(await client.get("/deelnemen/scherm"))


async def every_card(services, activity_id, state):
    async def change(db):
        for row in await db.scalars(select(Contribution).where(Contribution.activity_id == activity_id)):
            row.state = state

    await services.db.write(change)


@pytest.mark.parametrize(("worksheet", "keys"), TRANSLATED.items())
async def test_nothing_stays_dutch_in_a_script_that_is_asked_in_other_languages(
    services, speaking_pseudo, worksheet, keys
):
    client = speaking_pseudo
    names = {line.name for line in services.helplines} | {"Nederlands"}
    sheet = services.library.worksheet(worksheet)
    session = await a_session(services, worksheet, step=sheet.script[0].key)
    desk = await conduct(services, session)
    phones = [await a_participant(services, session, group) for group in ("jongere", "ouder")] * 3
    for step in sheet.script:
        id = activity(session, step.key).id
        await desk.go_to(id)
        await everybody_sends(services, session, phones, step)
        await every_card(services, id, "shown")
        if step.key not in keys:
            continue
        for phone in phones[:2]:
            client.cookies.update(phone.cookies)
            check(await client.get("/deelnemen"), names=names)
        await desk.set_shown(id, True)
        check(await client.get("/deelnemen/scene"), names=names)


async def everybody_sends(services, session, phones, step):
    kind = kinds.get(step.kind)
    async with services.db.read() as db:
        current = await reloaded(services, session.id)
        row = activity(current, step.key)
        scene = await services.room.reader.scene(db, current, row)
    chance = random.Random(step.key)
    for phone in asked_of(phones, row):
        for form in kind.simulate(chance, scene.settings, scene.inputs):
            await services.room.contribute(session.id, phone.id, row.id, codes.new_id(), posted(form))


def asked_of(phones, row):
    """Returns the phones that a step asks, each once."""
    return [phone for phone in dict.fromkeys(phones) if audience.asks(row, phone.participant.group)]


async def fill(services, partnership_id, field):
    if services.library.field(field).kind == "actions":
        await services.db.write(
            lambda db: actions.create(db, partnership_id, field, "Elkaar bellen", account_id=None)
        )
        return
    items = [Item(codes.new_id().hex, text) for text in ("Scholen", "Sport", "Buurt")]
    await services.db.write(lambda db: answers.write(db, partnership_id, field, items, account_id=None))


async def test_pages_without_a_session(speaking_pseudo):
    client = speaking_pseudo
    for path, status in (("/", 200), ("/doe-mee", 200), ("/hulp", 200), ("/terugblik/weg", 404)):
        check(await client.get(path), status)
    check(await client.get("/deelnemen"), 401)
    check(await client.get("/deelnemen", headers={"HX-Request": "true"}), 401)
    check(await client.get("/j/bestaat-niet"), 404)
    check(await client.get("/bestaat-niet"), 404)
    check(await client.post("/doe-mee", data={"code": "12"}), 422)
    check(await client.post("/doe-mee", data={"code": "12345678"}), 422)
    check(await client.post("/taal", data={"taal": "xx"}), 422)


async def test_the_way_in_and_the_lobby(services, speaking_pseudo):
    client = speaking_pseudo
    session, prepared = await a_session(services, holds_back=True), await a_session(services, opened=False)
    check(await client.get(f"/j/{prepared.join_token}"))
    check(await client.get(f"/j/{session.join_token}"))
    check(await client.post(f"/j/{session.join_token}", data={"group": "niet"}), 422)
    phone = await a_participant(services, session, "ouder")
    client.cookies.update(phone.cookies)
    check(await client.get("/deelnemen"))
    check(await client.post("/deelnemen/groep", data={"group": "jongere"}, headers={"HX-Request": "true"}))
    check(await client.post("/deelnemen/groep", data={"group": "x"}, headers={"HX-Request": "true"}), 422)
    await (await conduct(services, session)).end()
    for name in phone.cookies:
        client.cookies.delete(name)
    check(await client.get(f"/j/{session.join_token}"))


async def test_a_lookback_that_is_published(services, speaking_pseudo):
    session = await a_session(services, "0-leren")
    lines = [LookbackLine(sort, sort, "Elkaar bellen") for sort in TITLES if sort not in (ACTION, MARK)]
    lines += [
        LookbackLine(status, ACTION, "Bellen", owner="Anja", due=DAY, status=status) for status in STATUSES
    ]
    lines += [LookbackLine(tone, DECIDED, "Samen", tone=tone) for tone in ("zorg", "kans")]
    lines += [LookbackLine("belangen", MARK, "Belangen", mean=7.4)]
    row = Lookback(token="adres", lines=[line.id for line in lines], notes={"open": "Dat komt nog."})
    row.intro, row.told, row.told_at, row.until = "Dank", "We belden.", now(), now()
    story = lookback.story(services.library.worksheet(session.worksheet), row, session, lines)
    assert {part.section for part in story.parts} == set(TITLES)
    with languages.speaking(CODE):
        page = services.render.page("phone/lookback.html", story=story, statuses=STATUSES)
    names = {line.name for line in services.helplines} | {"Nederlands"}
    assert unmarked(page, names) == []


def test_a_page_with_one_text_left_in_dutch_is_noticed(services):
    assert unmarked('<p lang="nl">Goed</p><b lang="nl">Dam</b>', {"Dam"}) == ["Goed"]
    assert unmarked('<p lang="nl">Goed</p><p>⟦Goed <b>zo⟧</b> mis</p><input title="mis">')
    assert Pseudo(services.library).text("Dit staat nergens") is None
