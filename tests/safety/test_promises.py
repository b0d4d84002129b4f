"""The promises to a participant, by number, each kept end to end: through pages and in the database."""

import asyncio
import datetime as dt
import io
import json
import random
import re
import shutil
import uuid
import zipfile
from html import unescape

import httpx
import pytest
import pytest_asyncio
from lxml.html import fromstring
from sqlalchemy import DateTime, select, text, update

from tests.live.ears import listening
from tests.pages.readers import READERS
from tests.pages.test_record import a_house
from tests.people import a_desk, a_participant, a_session, both_databases, conduct, minutes_pass, reloaded
from tests.record.test_saving import Stage
from tests.safety import raw
from tests.safety.test_order import as_stored
from tests.safety.test_tombstones import an_empty_place
from workshop import backup
from workshop.app import make_services, of, running
from workshop.kinds import names as kinds_there_are
from workshop.live import audience
from workshop.live.conduct import Conduct
from workshop.live.fanout import FACILITATOR, PHONE, WATCHER, Browser
from workshop.log.what import What
from workshop.models import (
    Answer,
    Base,
    Contribution,
    Deed,
    Participant,
    Session,
    SignIn,
    ThemeMarks,
    UtcDateTime,
    now,
)
from workshop.pages import visitor
from workshop.pages.phone.page import COOKIE, LOOSE
from workshop.record.answers import items_of
from workshop.retention import expiry
from workshop.settings import TOMBSTONES, Settings
from workshop.storage.database import Database

PROMISES = {
    1: "No account, name, e-mail, age or free nickname is asked",
    2: "The prompt on every writing screen: no names, no own experiences; Hulp is one tap away",
    3: "A card of a youth session is held back until the facilitator lets it through",
    4: "The sender can take back any own card, vote or mark; it then disappears everywhere",
    5: "The link between a card and a phone is cut; cards that nobody confirmed go after 30 days",
    6: "No breakdown and no mean of few, and no way to subtract one view from another",
    7: "Order and times are coarse",
    8: "Never stored or logged: address, user agent, referrer, token, card text, per-person times",
}


def test_every_promise_has_a_test_with_its_number():
    numbers = {
        int(found[1]) for name in globals() if (found := re.match(r"test_promise_(\d+)_\w{10,}", name))
    }
    assert numbers == set(PROMISES) == set(range(1, len(PROMISES) + 1))


# --- what the tests stand on ----------------------------------------------------------------------


def controls(html):
    """Everything on a page that somebody can fill in: (name, type, attributes)."""
    for at in fromstring(html).iter("input", "textarea", "select"):
        given = dict(at.attrib)
        yield given.get("name", ""), given.get("type", "text" if at.tag == "input" else at.tag), given


@pytest_asyncio.fixture(scope="module")
async def phone_pages(every_route, migrated_file, tmp_path_factory):
    """(What it is, its HTML) of every page that a phone can see: each step of each worksheet too."""
    file = tmp_path_factory.mktemp("phones") / "workshop.sqlite"
    shutil.copy(migrated_file, file)
    settings = Settings(database_url=f"sqlite+aiosqlite:///{file}")
    services = make_services(settings)
    pages = httpx.ASGITransport(of(every_route, services))
    async with running(services), httpx.AsyncClient(transport=pages, base_url=settings.origin) as client:
        return [page async for page in walked(client, services)]


async def walked(client, services):
    session = await a_session(services, holds_back=True)
    for path in ("/", "/doe-mee", "/hulp", f"/j/{session.join_token}"):
        yield path, (await client.get(path)).text
    for sheet in services.library.worksheets:
        session = await a_session(services, sheet.id)
        desk = await conduct(services, await wheel(services, session))
        for group in ("jongere", None):
            phone = await a_participant(services, session, group)
            client.cookies.update(phone.cookies)
            yield f"{sheet.id} lobby", (await client.get("/deelnemen")).text
            for step in session.activities:
                await desk.go_to(step.id)
                yield f"{sheet.id} {step.kind} {step.key}", (await client.get("/deelnemen")).text
                if audience.asks(step, group):
                    await simulated(services, session, phone)
            await desk.go_to(None)
        await desk.end()
        yield f"{sheet.id} einde", (await client.get("/deelnemen")).text


async def simulated(services, session, phone):
    """Sends something to the step, so that later steps have what they choose from."""
    scene = (await services.fanout.scene(session.id)).scene
    for form in scene.kind.simulate(random.Random(1), scene.settings, scene.inputs):
        given = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
        await services.room.contribute(session.id, phone.id, scene.activity.id, uuid.uuid4(), given)


async def wheel(services, session):
    """The session once its desk has the wheel."""
    async with services.db.read() as db:
        account = (await db.get_one(Session, session.id)).created_by
        desk = await db.scalar(select(SignIn).where(SignIn.account_id == account))

    async def take(db):
        (await db.get_one(Session, session.id)).driver_id = desk.id

    await services.db.write(take)
    return await reloaded(services, session.id)


def shown(services, picture):
    """Everything that the room sees: big screen and all phones."""
    scenes = services.fanout.scenes
    return unescape("".join(scenes.shared(part, picture) for part in ("screen", "phone-step", "phone-state")))


async def seen_by_all(services, session):
    return shown(services, await services.fanout.scene(session.id))


@pytest_asyncio.fixture
async def house(client, services):
    return await a_house(client, services)


async def a_room(house, worksheet="1-A", step="zorgen-kansen", **values):
    desk = await a_desk(house.services, house.account)
    session = await a_session(
        house.services, worksheet, partnership=house.partnership, sign_in=desk, step=step, **values
    )
    return Stage(house.services, session)


async def post_card(client, session, words, **form):
    return await client.post(
        "/deelnemen/bijdragen",
        data={"activity": str(session.activity_id), "column": "zorg", "text": words} | form,
    )


async def rows(services, model=Contribution):
    async with services.db.read() as db:
        return list(await db.scalars(select(model)))


# --- 1 --------------------------------------------------------------------------------------------

ASKED = {
    "code": {"text"},  # of the session, from the big screen
    "group": {"radio"},
    "people": {"number"},  # how many take part at this phone
    "taal": {"select", "radio", "hidden"},
    "terug": {"hidden"},
    "activity": {"hidden"},
    "contribution": {"hidden"},
    "aan": {"hidden"},  # ready, or not any more
}
"""What a phone asks outside the question of a step. Nothing of it says who somebody is."""
OF_A_QUESTION = re.compile(
    r"(text|reason|source|column|place|options|relation|a|b|what|about|need|fits|helps|cell|ticks|flags)"
    r"|(mark|higher|light|reason|text)\.[\w.-]+"
)
PERSONAL = re.compile(
    r"name|naam|mail|leeftijd|age|birth|geboor|tel|phone|adres|address|nick|bijnaam|user|pass|wachtwoord",
    re.I,
)


@pytest.mark.tour
@pytest.mark.xdist_group("phone pages")
def test_promise_1_no_account_name_email_age_or_nickname_is_asked(phone_pages):
    asked = set()
    for what, html in phone_pages:
        for name, kind, given in controls(html):
            asked.add(name)
            if name in ASKED:
                assert kind in ASKED[name], (what, name, kind)
            else:
                assert OF_A_QUESTION.fullmatch(name) or (name, kind) == ("", "textarea"), (what, name, kind)
            if name != "people":
                assert kind not in ("email", "tel", "password", "number", "date", "file", "url"), (what, name)
            assert not PERSONAL.search(name.partition(".")[0]), (what, name)
            assert given.get("autocomplete", "off") == "off", (what, name)
    assert len(phone_pages) > 100
    assert {"code", "group", "text"} <= asked


async def test_promise_1_the_group_is_optional_asked_once_and_all_that_is_kept(client, services):
    session = await a_session(services)
    html = (await client.get(f"/j/{session.join_token}")).text
    assert {given["value"] for name, _, given in controls(html) if name == "group"} == {
        "jongere",
        "ouder",
        "uitvoering",
        "beleid",
        "liever-niet",
    }
    answer = await client.post(
        f"/j/{session.join_token}", data={"name": "zqnaam", "email": "zq@mail.nl", "age": "13", "group": ""}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/deelnemen")
    assert set(client.cookies) == {COOKIE, LOOSE}  # the two halves of its token
    [phone] = await rows(services, Participant)
    assert phone.group is None
    kept = {"id", "session_id", "token_hash", "sent_out_hash", "group", "people"}
    for_now = {"ready_for", "subgroup", "subgroup_step"}
    assert set(Participant.__table__.columns.keys()) == kept | for_now
    assert await raw.words_in(services.db, ["zqnaam", "zq@mail.nl"]) == []


# --- 2 --------------------------------------------------------------------------------------------

NO_NAMES = re.compile(r"(geen|zonder) namen", re.I)
NO_EXPERIENCES = re.compile(
    r"(geen|niet|zonder)[^.]{0,40}(eigen ervaring|eigen verhaal|meemaakte|meegemaakt)", re.I
)


@pytest.mark.tour
@pytest.mark.xdist_group("phone pages")
def test_promise_2_every_writing_screen_says_no_names_no_own_experiences_and_has_hulp(phone_pages):
    """A page with a place to write words on says both, and Hulp is a link or button on it."""
    writing = set()
    for what, html in phone_pages:
        words = [n for n, kind, _ in controls(html) if kind in ("textarea", "text") and n != "code"]
        assert 'href="/hulp"' in html or what == "/hulp", what
        if words:
            writing.add(what.split()[1] if " " in what else what)
            said = " ".join(re.sub(r"<[^>]+>", " ", unescape(html)).split())
            assert NO_NAMES.search(said), what
            assert NO_EXPERIENCES.search(said), what
    assert writing >= {"cards", "marks", "actions", "signals", "table", "pairs"}
    assert writing <= set(kinds_there_are())


# --- 3 --------------------------------------------------------------------------------------------

WRITES = {
    "cards": ("1-A", {"column": "zorg", "text": "zqkanarie"}),
    "marks": ("0-leren", {"mark.relatie": "4", "higher.relatie": "zqkanarie"}),
    "actions": (None, {"text": "zqkanarie"}),
    "signals": (None, {"what": "signaal", "text": "zqkanarie", "source": "zqkanarie"}),
}
"""Kind -> worksheet with such a step (none: the first that has one), and what a phone writes there."""


@pytest.mark.parametrize("kind", WRITES)
async def test_promise_3_words_of_a_youth_session_wait_for_the_facilitator(client, services, kind):
    wanted, form = WRITES[kind]
    sheets = [s for s in services.library.worksheets if s.id == wanted or not wanted]
    sheet = next(s for s in sheets if any(step.kind == kind for step in s.script))
    key = next(step.key for step in sheet.script if step.kind == kind)
    session = await a_session(services, sheet.id, step=key, holds_back=True)
    # Of no group: some of these questions are not asked of young people.
    sender, other = [await a_participant(services, session) for _ in range(2)]
    client.cookies.update(sender.cookies)
    answer = await client.post("/deelnemen/bijdragen", data={"activity": str(session.activity_id)} | form)
    assert answer.status_code == 303
    desk = await conduct(services, session)
    if kind == "marks":
        await desk.set_shown(session.activity_id, True)
    assert "zqkanarie" not in await seen_by_all(services, session)
    assert "zqkanarie" in (await client.get("/deelnemen")).text
    if kind != "marks":
        assert "De begeleider leest dit nog" in (await client.get("/deelnemen")).text
    client.cookies.update(other.cookies)
    assert "zqkanarie" not in (await client.get("/deelnemen")).text
    [card] = await rows(services)
    await desk.set_card_state(card.id, "shown")
    client.cookies.update(sender.cookies)
    mine = (await client.get("/deelnemen")).text
    if kind != "marks":
        assert "Mag op het grote scherm" in mine
        assert "zqkanarie" in await seen_by_all(services, session)
    await desk.set_card_state(card.id, "hidden")
    assert "zqkanarie" not in await seen_by_all(services, session)


# --- 4 --------------------------------------------------------------------------------------------


@both_databases
async def test_promise_4_what_is_taken_back_is_gone_from_screens_files_and_later_restores(
    client, services, settings, tmp_path
):
    word = "zqkanarie"
    house = await a_house(client, services)
    stage = await a_room(house)
    session = stage.session
    phone = await a_participant(services, session)
    client.cookies.update(phone.cookies)
    await post_card(client, session, word)
    await stage.card("zqblijft")
    assert word in await seen_by_all(services, session)
    assert await raw.words_in(services.db, [word]) == [word]
    copies = tmp_path / "kopieen"
    copies.mkdir()
    await backup.backup(services.db, copies / "toen", settings.tombstones)

    [mine] = [row.id for row in await rows(services) if word in json.dumps(row.body)]
    page = (await client.get("/deelnemen")).text
    assert f"/deelnemen/bijdragen/{mine}/intrekking" in page
    assert (await client.post(f"/deelnemen/bijdragen/{mine}/intrekking")).status_code == 303
    assert word not in await seen_by_all(services, session)
    assert word not in (await client.get("/deelnemen")).text
    await asyncio.wait_for(raw.gone(services.db, [word]), 60)
    for name, reader in READERS.items():
        if name != "zoeken":  # repeats what was asked
            assert word not in await reader(house), name

    await backup.backup(services.db, copies / "nu", settings.tombstones)
    assert (copies / TOMBSTONES).read_text().count(mine.hex) == 1
    async with an_empty_place(settings.database_url, tmp_path) as url:
        elsewhere = Database(url)
        found = await backup.restore(
            elsewhere, copies / "toen", tmp_path / "elders" / TOMBSTONES, group_minimum=5
        )
        assert found.erased["card"] == 1
        assert await raw.words_in(elsewhere, [word, "zqblijft"]) == ["zqblijft"]
        await elsewhere.stop()


async def test_promise_4_every_screen_and_phone_hears_at_once_that_a_mark_was_taken_back(services):
    stage = Stage(services, await a_session(services, "0-leren", step="cijfers"))
    for mark in (9, 9, 9, 9, 9):
        await stage.send(mark__relatie=str(mark))
    phone, other = [await a_participant(services, stage.session) for _ in range(2)]
    mine = await stage.send(phone, mark__relatie="3")
    await (await stage.desk()).set_shown(stage.session.activity_id, True)
    desk_id = (await reloaded(services, stage.session.id)).driver_id
    browsers = {
        "scherm": Browser(stage.session.id, WATCHER),
        "stand": Browser(stage.session.id, PHONE, phone_id=other.id),
        "regie": Browser(stage.session.id, FACILITATOR, desk_id=desk_id),
    }
    ears = {block: listening(browser) for block, browser in browsers.items()}
    for browser in browsers.values():
        services.fanout.add(browser)
    await services.room.withdraw(phone.participant, mine)
    for block, browser in browsers.items():
        frame = await ears[block].next()
        assert f'id="{block}"' in frame
        assert "8,0" not in frame
        services.fanout.remove(browser)


TAKEN_BACK = {
    "marks": ("0-leren", {"mark.relatie": "4"}),
    "dots": ("1-A", {}),
    "actions": (None, {"text": "Iets doen"}),
    "signals": (None, {"what": "signaal", "text": "Iets zien"}),
}


SETTLES = ("dots",)
"""What stays as it is while its result is shown: docs/decisions/0021."""


@pytest.mark.parametrize("kind", TAKEN_BACK)
async def test_promise_4_a_vote_and_a_mark_have_a_way_back_too_also_once_results_are_shown(
    client, services, kind
):
    wanted, form = TAKEN_BACK[kind]
    sheets = [s for s in services.library.worksheets if s.id == wanted or not wanted]
    sheet = next(s for s in sheets if any(step.kind == kind for step in s.script))
    stage = Stage(services, await a_session(services, sheet.id, step=sheet.script[0].key))
    if kind == "dots":
        form = {"options": [str(await stage.card("Een kaart"))]}
    await stage.go_to(next(step.key for step in sheet.script if step.kind == kind))
    phone = await a_participant(services, stage.session)
    client.cookies.update(phone.cookies)
    activity_id = stage.session.activity_id
    await client.post("/deelnemen/bijdragen", data={"activity": str(activity_id)} | form)
    [mine] = [row.id for row in await rows(services) if row.activity_id == activity_id]
    if kind not in SETTLES:
        await (await stage.desk()).set_shown(activity_id, True)
    assert f"/deelnemen/bijdragen/{mine}/intrekking" in (await client.get("/deelnemen")).text
    await client.post(f"/deelnemen/bijdragen/{mine}/intrekking")
    assert mine not in [row.id for row in await rows(services)]


async def test_promise_4_nobody_takes_back_what_is_of_another(client, services):
    session = await a_session(services, step="zorgen-kansen")
    card = await Stage(services, session).card("Een kaart")
    client.cookies.update((await a_participant(services, session)).cookies)
    assert (await client.post(f"/deelnemen/bijdragen/{card}/intrekking")).status_code == 404
    assert len(await rows(services)) == 1


# --- 5 --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["it was closed", "it is saved", "a day passed"])
@both_databases
async def test_promise_5_the_link_is_cut_after_the_close_at_saving_or_a_day_after_the_opening(
    services, settings, how
):
    session = await a_session(services, step="zorgen-kansen")
    for _ in range(3):
        phone = await a_participant(services, session, "jongere")
        for number in range(3):
            await Stage(services, session).send(phone, column="zorg", text=f"Kaart {number}")
    assert all(row.participant_id and row.order for row in await rows(services))
    if how == "it was closed":
        await (await conduct(services, session)).end()
        await minutes_pass(services, 9)
        assert all(row.participant_id and row.order for row in await rows(services))
        await minutes_pass(services, 10)
    elif how == "it is saved":
        await Stage(services, session).save(await Stage(services, session).end())
    else:
        hours = dt.timedelta(hours=settings.admission_hours, minutes=1)
        assert hours < dt.timedelta(days=1, minutes=2)
        await services.db.write(
            lambda db: db.execute(
                update(Session).where(Session.id == session.id).values(opened_at=now() - hours)
            )
        )
        await expiry.purge(services.db, settings)
        assert await rows(services, Participant) == []
    for row in await rows(services):
        assert (row.participant_id, row.order, row.group) == (None, None, None)

    async def shuffled():
        while True:
            ids, _ = await as_stored(services.db, Contribution)
            if ids == sorted(ids):
                return
            await asyncio.sleep(0.1)

    await asyncio.wait_for(shuffled(), 60)


@both_databases
async def test_promise_5_what_nobody_confirmed_goes_after_thirty_days_and_the_record_keeps_text_and_totals(
    services, settings
):
    stage = Stage(services, await a_session(services, step="zorgen-kansen"))
    phone = await a_participant(services, stage.session, "jongere")
    for words in ("zqbevestigd", "zqniet"):
        await stage.send(phone, column="zorg", text=words)
    lines = await stage.end()
    await stage.save([line for line in lines if line.text == "zqbevestigd"])
    assert settings.unconfirmed_days == 30
    for days, left in ((30, 2), (31, 0)):
        ended = now() - dt.timedelta(days=days) + dt.timedelta(minutes=1)
        moved = update(Session).values(ended_at=ended, opened_at=ended)
        await services.db.write(lambda db, moved=moved: db.execute(moved))
        await expiry.purge(services.db, settings)
        assert len(await rows(services)) == left
    [answer] = await rows(services, Answer)
    assert [item.text for item in items_of(answer)] == ["zqbevestigd"]
    assert phone.id.hex not in json.dumps(answer.body).replace("-", "")
    await asyncio.wait_for(raw.gone(services.db, ["zqniet", phone.id.hex]), 60)


# --- 6 --------------------------------------------------------------------------------------------

FIGURE = re.compile(r"\b\d,\d\b")


@pytest.mark.parametrize("size", range(1, 8))
async def test_promise_6_below_five_marks_every_view_is_silent_with_the_count_only(house, size):
    stage = await a_room(house, "0-leren", "cijfers")
    for mark in (3, 9, 8, 8, 7, 7, 7)[:size]:
        await stage.send(mark__relatie=str(mark))
    desk = await stage.desk()
    await desk.set_shown(stage.session.activity_id, True)
    picture = await house.services.fanout.scene(stage.session.id)
    blocks = [shown(house.services, picture), str(house.services.fanout.scenes.shared("desk", picture))]
    await stage.save(await stage.end())
    told = [*blocks, *[await reader(house) for reader in READERS.values()]]
    found = [words for words in told if FIGURE.search(re.sub(r"<[^>]+>", " ", words))]
    if size < 5:
        assert found == []
        assert "nog te weinig" in blocks[0].lower()
        assert f"{size} telefoon" in blocks[0]
        assert await rows(house.services, ThemeMarks) == []
    else:
        assert len(found) > 2


@pytest.mark.parametrize(
    ("young", "parents", "apart"), [(5, 4, False), (9, 1, False), (10, 0, False), (5, 5, True), (6, 7, True)]
)
async def test_promise_6_no_breakdown_below_ten_in_all_or_five_in_a_group(house, young, parents, apart):
    stage = await a_room(house, "0-leren", "cijfers")
    for group, size in (("jongere", young), ("ouder", parents)):
        for _ in range(size):
            phone = await a_participant(house.services, stage.session, group)
            await stage.send(phone, mark__relatie="3" if group == "ouder" else "9")
    await (await stage.desk()).set_shown(stage.session.activity_id, True)
    await stage.save(await stage.end())
    [marks] = await rows(house.services, ThemeMarks)
    assert bool(marks.groups) is apart
    page = " ".join(re.sub(r"<[^>]+>", " ", await house.get("/cijfers")).split())
    assert ("We laten hier geen groepen zien" in page) is not apart


async def test_promise_6_a_mark_that_is_taken_back_after_the_reveal_cannot_be_computed(house):
    services, stage = house.services, await a_room(house, "0-leren", "cijfers")
    for mark in (9, 9, 9, 9, 9):
        await stage.send(mark__relatie=str(mark))
    phone = await a_participant(services, stage.session)
    mine = await stage.send(phone, mark__relatie="3")
    await (await stage.desk()).set_shown(stage.session.activity_id, True)
    assert "8,0" in await seen_by_all(services, stage.session)
    await services.room.withdraw(phone.participant, mine)
    told = await seen_by_all(services, stage.session)
    assert not FIGURE.search(re.sub(r"<[^>]+>", " ", told))
    assert "veranderd of weggehaald" in told


# --- 7 --------------------------------------------------------------------------------------------

CLOCK = re.compile(r"\b([01]?\d|2[0-3])[:.][0-5]\d(:[0-5]\d)?\b")


async def test_promise_7_cards_stand_in_the_order_of_their_random_ids_wherever_they_are_shown(house):
    stage = await a_room(house)
    ids = sorted([uuid.uuid4() for _ in range(12)])
    words = {id: f"zqkaart{place:02d}" for place, id in enumerate(ids)}
    for id in sorted(ids, key=lambda id: id.int % 1009):  # as they came
        phone = await a_participant(house.services, stage.session)
        form = {"column": ["zorg"], "text": [words[id]]}
        step = stage.session.activity_id
        await house.services.room.contribute(stage.session.id, phone.id, step, id, form)
    picture = await house.services.fanout.scene(stage.session.id)
    scenes = house.services.fanout.scenes
    views = {part: str(scenes.shared(part, picture)) for part in ("screen", "desk")}
    lines = await stage.end()
    views["review"] = (await house.client.get(f"/sessies/{stage.session.id}/nakijken")).text
    await stage.save(lines)
    for name, reader in READERS.items():
        views[name] = await reader(house)
    seen = 0
    for name, view in views.items():
        found = list(dict.fromkeys(re.findall(r"zqkaart\d\d", view)))
        seen += bool(found)
        assert found == sorted(found), name
    assert seen > 6


async def test_promise_7_no_page_and_no_document_has_a_time_of_the_day_of_what_phones_sent(house):
    stage = await a_room(house)
    for number in range(3):
        await stage.card(f"Kaart {'abc'[number]}")
    picture = await house.services.fanout.scene(stage.session.id)
    for part in ("phone-step", "phone-state"):
        assert not CLOCK.search(_words(house.services.fanout.scenes.shared(part, picture)))
    lines = await stage.end()
    review = _words((await house.client.get(f"/sessies/{stage.session.id}/nakijken")).text)
    # Until when the facilitator's own end can be undone is no time of a phone.
    deadline = re.search(r"Tot (\d\d\.\d\d) uur kun je weer verder", review)
    assert deadline
    assert {found[0] for found in CLOCK.finditer(review)} == {deadline[1]}
    await stage.save(lines)
    moments = {await _moment(house.services, stage.session.id, name) for name in ("ended_at", "saved_at")}
    with zipfile.ZipFile(
        io.BytesIO((await house.client.post(f"{house.home}/beheer/archief")).content)
    ) as parts:
        [name] = [name for name in parts.namelist() if name.endswith(".json") and "manifest" not in name]
        archive = json.loads(parts.read(name))
    for version in (v for answer in archive["answers"] for v in answer["versions"]):
        # When the facilitator saved: the same for every card of the session.
        assert min(
            abs(dt.datetime.fromisoformat(version["at"]) - moment) for moment in moments
        ) < dt.timedelta(seconds=30)
        assert not [item for item in version["body"]["items"] if {"at", "when", "time", "order"} & set(item)]


def _words(html):
    """What people read, without the facilitator's own clock of a step."""
    return re.sub(
        r"<[^>]+>", " ", re.sub(r'<[^>]+class="[^"]*kl-clock.*?</', " ", str(html), flags=re.DOTALL)
    )


async def _moment(services, id, name):
    return getattr(await reloaded(services, id), name)


# --- 8 --------------------------------------------------------------------------------------------

CANARIES = {
    "User-Agent": "zqagent/1.0",
    "Referer": "http://zqreferrer.example/x",
    "X-Forwarded-For": "203.0.113.77",
    "X-Real-IP": "203.0.113.78",
    "Accept-Language": "nl,zqtaal;q=0.1",
    "From": "zq@afzender.example",
}
OF_PHONES = ("participant", "contribution", "acknowledged", "cluster", "tombstone")


@both_databases
async def test_promise_8_after_a_played_session_no_row_and_no_log_knows_a_browser(client, services, log):
    house = await a_house(client, services)
    stage = await a_room(house)
    desk_cookie = client.cookies.get(visitor.COOKIE)
    client.cookies.delete(visitor.COOKIE)
    client.headers.update({name: words for name, words in CANARIES.items() if name != "Referer"})
    referrer = {"Referer": CANARIES["Referer"]}
    await client.get(f"/j/{stage.session.join_token}", headers=referrer)
    await client.post(f"/j/{stage.session.join_token}", data={"group": "jongere"}, headers=referrer)
    token = client.cookies.get(COOKIE)
    assert token
    client.cookies.set("volger", "zqcookie")
    await post_card(client, stage.session, "zqkaarttekst")
    await client.get("/deelnemen?bron=zqvraag")
    await client.get("/bestaat-niet-zqpad")
    [card] = await rows(services)
    await client.post(f"/deelnemen/bijdragen/{card.id}/intrekking")
    await post_card(client, stage.session, "Blijft")
    lines = await stage.end()
    await stage.save(lines)
    await client.post("/vertrek")
    values = [*CANARIES.values(), token, desk_cookie, "zqcookie", "zqvraag", "zqpad", "127.0.0.1"]
    async with services.db.read() as db:
        for table in Base.metadata.sorted_tables:
            for row in await db.execute(select(table)):
                stored = json.dumps([str(value) for value in row])
                assert not [value for value in values if value in stored], table.name
    small = [value.lower() for value in values if value != "127.0.0.1"]
    assert await raw.words_in(services.db, [v for v in small if v not in (token, desk_cookie)]) == []
    written = log.written.getvalue().lower()
    assert not [value for value in [*small, "zqkaarttekst"] if value.lower() in written]


async def test_promise_8_no_table_of_phones_has_a_time_or_a_place_for_who(services):
    assert {"participant", "contribution", "acknowledged"} <= Base.metadata.tables.keys()
    for name in OF_PHONES:
        for column in Base.metadata.tables[name].columns:
            assert not isinstance(column.type, DateTime | UtcDateTime), (name, column.name)
            assert not re.search(r"addr|agent|refer|^ip|host|email|_at$|account", column.name), column.name
    async with services.db.read() as db:
        for name in OF_PHONES:
            for row in await db.execute(text(f"PRAGMA table_info({name})")):
                assert "TIME" not in row.type.upper(), (name, row.name)


async def test_promise_8_what_facilitators_do_is_logged_with_who_and_when(house):
    began = now()
    stage = await a_room(house)
    desk = await stage.desk()
    elsewhere = await a_desk(house.services, house.account)
    await Conduct(house.services.room, stage.session.id, elsewhere).take_wheel()
    await desk.take_wheel()
    await desk.delete_card(await stage.card("zqkaarttekst"))
    await stage.save(await stage.end())
    deeds = {deed.what: deed for deed in await rows(house.services, Deed)}
    assert {
        What.SESSION_MADE,
        What.WHEEL_TAKEN,
        What.CARD_DELETED,
        What.SESSION_CLOSED,
        What.SESSION_SAVED,
    } <= deeds.keys()
    for deed in deeds.values():
        assert deed.account_id == house.account.id
        assert began - dt.timedelta(minutes=1) < deed.at <= now()
        assert "zqkaarttekst" not in f"{deed.about} {deed.particulars}"
