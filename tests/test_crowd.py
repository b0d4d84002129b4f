"""The crowd acts on what a phone receives, and what it was told is what the database holds."""

import argparse
import asyncio
import contextlib
import json
import random
import signal
import sys
import uuid

import pytest
from sqlalchemy import func, select

from tests.live.test_subgroups import a_divided_session
from tests.people import a_participant, a_session, activity, conduct, reloaded
from workshop import crowd as crowds
from workshop import kinds, phrases
from workshop.codes import new_id
from workshop.crowd import phone as phones
from workshop.crowd.answers import CrowdRoom, Mind, fill
from workshop.crowd.forms import Scene, read
from workshop.crowd.ledger import ACKNOWLEDGED, REFUSED, SENT, WITHDRAWN, Ledger, percentile, words
from workshop.crowd.phone import Address, AddressError, Crowd
from workshop.models import Acknowledged, Activity, Contribution, Participant
from workshop.safety.screening import learned, screen

pytestmark = pytest.mark.tour

STEPS = {
    "cards": ({}, "kaart", {"text"}),
    "dots": (
        {"options": ["Dit", "Dat", "Allebei"], "dots": 2, "reason": True},
        "stippen",
        {"options", "reason"},
    ),
    "lights": ({"statements": [{"id": "a", "text": "Dit gaat goed."}]}, "Mijn antwoorden", {"light.a"}),
    "marks": ({"themes": [{"id": "a", "label": "Samen"}]}, "Mijn cijfers", {"mark.a", "higher.a"}),
    "matrix": (
        {"options": ["Dit", "Dat"]},
        "Mijn keuzes",
        {"effect.1", "feasible.1", "effect.2", "feasible.2"},
    ),
    "consent": ({"options": ["Dit doen we"]}, "Mijn antwoord", {"choice", "reason"}),
    "pairs": ({"options": ["Dit", "Dat"]}, "verband", {"a", "b", "relation", "reason"}),
    "signals": ({}, "signaal", {"what", "text", "source"}),
    "table": (
        {"rows": [{"id": "r", "label": "Hier"}], "columns": [{"id": "k", "label": "Nu"}]},
        "tabel",
        {"text.r.k"},
    ),
    "actions": ({}, "voorstel", {"text"}),
}
"""Kind -> settings, what its form is called, and its fields."""


async def a_step(services, kind, settings):
    """A session that is at a step of this kind."""
    session = await a_session(services)
    step = Activity(
        session_id=session.id,
        key="proef",
        position=99,
        kind=kind,
        title="Proef",
        question="Wat vind je?",
        settings=settings,
    )

    async def add(db):
        db.add(step)

    await services.db.write(add)
    await (await conduct(services, session)).go_to(step.id)
    return session, step


async def scene_of(services, session, phone):
    """What this phone shows, read as the crowd reads it."""
    picture = await services.fanout.scene(session.id)
    scene = Scene()
    scene.take(services.fanout.scenes.phone(picture, [], me=phone.participant))
    return scene


@contextlib.asynccontextmanager
async def playing(crowd, phones):
    """Lets phones take part; gives `until`, which waits for a condition for as long as they do."""
    task = asyncio.create_task(crowds.play(crowd, phones, 0))

    async def until(condition):
        while not await condition():
            assert not task.done(), crowd.ledger.report()
            await asyncio.sleep(0.02)

    try:
        yield until
    finally:
        crowd.stop.set()
        await task


async def rows(services, activity_id):
    async with services.db.read() as db:
        found = await db.scalars(select(Contribution).where(Contribution.activity_id == activity_id))
        return list(found)


async def acknowledged(services, session):
    async with services.db.read() as db:
        return set(await db.scalars(select(Acknowledged.id).where(Acknowledged.session_id == session.id)))


def a_crowd(origin, session, pace=0.01, **address):
    return Crowd(Address.of(f"{origin}/j/{session.join_token}", **address), Ledger(), CrowdRoom(1), pace)


# --- reading pages --------------------------------------------------------------------------------


def test_every_kind_is_read_here():
    assert set(STEPS) == set(filter(kinds.asks, kinds.names()))


@pytest.mark.parametrize("kind", STEPS)
async def test_a_form_is_found_in_the_scene_of_its_kind(services, kind):
    settings, name, fields = STEPS[kind]
    session, step = await a_step(services, kind, settings)
    scene = await scene_of(services, session, await a_participant(services, session))
    form = next(form for form in scene.forms if form.contribution == name)
    assert form.action == "/deelnemen/bijdragen"
    assert set(form.fields) == fields | {"activity"}
    assert form.fields["activity"].values == [str(step.id)] == [scene.step]
    assert scene.question == step.question


@pytest.mark.parametrize("kind", STEPS)
async def test_what_somebody_fills_in_is_accepted_by_its_kind(services, kind):
    session, step = await a_step(services, kind, STEPS[kind][0])
    phone = await a_participant(services, session)
    scene = await scene_of(services, session, phone)
    for seed in range(5):
        for form in [form for form in scene.forms if form.action == "/deelnemen/bijdragen"]:
            filled = fill(form, scene.question, CrowdRoom(seed), random.Random(seed))
            await services.room.contribute(session.id, phone.id, step.id, new_id(), filled)


async def test_a_form_with_marks_offers_every_mark_of_every_theme(services):
    session = await a_session(services, "0-leren", step="cijfers")
    scene = await scene_of(services, session, await a_participant(services, session))
    (form,) = [form for form in scene.forms if form.contribution]
    themes = activity(session, "cijfers").settings["themes"]
    for theme in themes:
        assert form.fields[f"mark.{theme['id']}"].values == [*map(str, range(1, 11)), "weet-niet"]
        assert form.fields[f"higher.{theme['id']}"].longest == 140


async def test_dots_know_how_many_there_are(services):
    session, _ = await a_step(services, "dots", STEPS["dots"][0])
    scene = await scene_of(services, session, await a_participant(services, session))
    (form,) = [form for form in scene.forms if form.contribution]
    assert (form.most, len(form.fields["options"].values)) == (2, 3)


@pytest.mark.parametrize("worksheet", ["0-A", "0-leren", "1-A"])
async def test_what_somebody_fills_in_is_accepted_at_every_step(services, worksheet):
    session = await a_session(services, worksheet)
    desk = await conduct(services, session)
    phone = await a_participant(services, session)
    mind = Mind(CrowdRoom(7), random.Random(7))
    for step in session.activities:
        await desk.go_to(step.id)
        scene = await scene_of(services, session, phone)
        for form in [form for form in scene.forms if form.action == "/deelnemen/bijdragen"]:
            filled = fill(form, scene.question, mind.room, mind.chance)
            receipt = await services.room.contribute(session.id, phone.id, step.id, new_id(), filled)
            assert not receipt.repeated


async def test_a_locked_step_and_the_lobby_leave_nothing_to_say(services):
    session = await a_session(services, step="zorgen-kansen")
    desk = await conduct(services, session)
    phone = await a_participant(services, session)
    await desk.set_open(activity(session, "zorgen-kansen").id, False)
    mind = Mind(CrowdRoom(1), random.Random(1))
    assert mind.next(await scene_of(services, session, phone)) is None
    await desk.go_to(None)
    lobby = await scene_of(services, session, phone)
    assert (lobby.step, mind.next(lobby)) == ("lobby", None)


async def test_a_part_of_a_scene_leaves_the_rest_in_its_place(services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    step = activity(session, "zorgen-kansen")
    scene = await scene_of(services, session, phone)
    card = {"text": ["Er is een fijne plek."], "column": ["kans"]}
    sent = await services.room.contribute(session.id, phone.id, step.id, new_id(), card)
    picture = await services.fanout.scene(session.id)
    own = [entry for entry in picture.scene.entries if entry.id == str(sent.id)]
    scene.take(services.fanout.scenes.mine(picture, own, phone.participant))
    assert [form.action for form in scene.forms] == [
        "/deelnemen/bijdragen",
        f"/deelnemen/bijdragen/{sent.id}/intrekking",
        "/deelnemen/klaar",
    ]
    assert scene.step == str(step.id)


def test_only_the_forms_own_fields_are_read():
    found = read('<input name="stray"><form action="/a"><svg><use href="#x"/></svg><input name="in"></form>')
    assert [(form.action, list(form.fields)) for form in found.forms] == [("/a", ["in"])]


# --- what people say ------------------------------------------------------------------------------


def test_a_room_says_nothing_twice_while_there_is_something_else_to_say():
    room = CrowdRoom(1)
    said = [room.deal(phrases.ACTIONS) for _ in phrases.ACTIONS]
    assert sorted(said) == sorted(phrases.ACTIONS)


def test_a_card_answers_the_question_and_tells_its_own_place():
    assert phrases.for_card("Hoe gaat het?", "zorg") == phrases.CARDS["zorg"]
    assert "Je wilt erbij horen." in phrases.for_card("Waardoor gaat het zo, denk je?")
    assert phrases.for_card("Wat wil je bereiken?") == phrases.CARDS[""]
    assert phrases.place_of("Het buurthuis is open.", ["Thuis", "Buurt"]) == "Buurt"
    assert phrases.place_of("Het buurthuis is open.", ["Thuis"]) == ""


def test_every_phrase_fits_the_shortest_card_of_our_worksheets():
    cards = [card for cards in phrases.CARDS.values() for card in cards]
    cards += [card for _, topic in phrases.TOPICS for card in topic]
    assert max(map(len, [*cards, *phrases.HIGHER, *phrases.ACTIONS, *phrases.REASONS])) <= 100
    assert len(cards) == len(set(cards))


def test_no_phrase_looks_like_something_to_be_warned_about():
    """A demonstration would stand still on it."""
    judge = learned.model().judge
    assert {said: found for said in phrases.harmless() if (found := screen(said, judge([said])[0]))} == {}


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x/j/abc", "http://x/", "http://x/dossiers", "http://naam:geheim@x/j/abc", "http:///j/a"],
)
def test_an_address_where_nobody_can_join_is_refused(url):
    with pytest.raises(AddressError):
        Address.of(url)


def test_a_site_needs_a_code_of_eight_digits():
    assert Address.of("http://x:1/", "1234 5678") == Address("http://x:1", "/doe-mee", "12345678")
    with pytest.raises(AddressError):
        Address.of("http://x:1/", "1234")


@pytest.mark.parametrize("url", ["https://elders.example/j/a", "//elders.example/j/a", "http://x:2/j/a"])
def test_phones_go_to_no_other_address(url):
    with pytest.raises(AddressError):
        Address.of("http://x:1/j/abc").inside(url)


# --- the ledger -----------------------------------------------------------------------------------


def test_the_ledger_knows_what_was_acknowledged_and_what_never_got_an_answer(tmp_path):
    ledger, ids = Ledger(), [uuid.uuid4() for _ in range(4)]
    for id in ids:
        ledger.send(id, "stap")
    for id, state in zip(ids, (ACKNOWLEDGED, WITHDRAWN, REFUSED), strict=False):
        ledger.settle(id, state)
    assert ledger.acknowledged == set(ids[:2])
    report = ledger.report()
    assert (report["acknowledged"], report["withdrawn"], report["unanswered"]) == (2, 1, 1)
    assert "2 bijdragen" in words(report)
    ledger.write(tmp_path / "ledger")
    lines = [json.loads(line) for line in (tmp_path / "ledger").read_text().splitlines()]
    assert [(line["step"], line["state"]) for line in lines] == [
        ("stap", state) for state in (ACKNOWLEDGED, WITHDRAWN, REFUSED, SENT)
    ]


def test_percentiles_are_in_milliseconds():
    assert percentile([], 95) is None
    assert percentile([n / 1000 for n in range(100)], 95) == 95.0


# --- over a real server ---------------------------------------------------------------------------


async def test_what_five_phones_were_told_is_what_the_database_holds(services, server, monkeypatch):
    monkeypatch.setattr(phones, "TWICE", 1.0)
    monkeypatch.setattr(phones, "FICKLE", 0.5)
    session = await a_session(services, step="zorgen-kansen")
    desk = await conduct(services, session)
    crowd = a_crowd(server, session)
    cards, dots = activity(session, "zorgen-kansen"), activity(session, "stippen")
    async with playing(crowd, 5) as until:
        await until(lambda: has_heard_from(5, crowd, cards))
        await desk.go_to(dots.id)
        await until(lambda: has_answers_from(services, 5, dots))
    ledger = crowd.ledger
    assert await acknowledged(services, session) == ledger.acknowledged
    assert {row.id for row in await rows(services, cards.id)} == ledger.ids(ACKNOWLEDGED, step=str(cards.id))
    chosen = await rows(services, dots.id)  # a fickle phone may have taken its own back by now
    assert len({row.participant_id for row in chosen}) == len(chosen)
    assert {row.id for row in chosen} <= ledger.ids(ACKNOWLEDGED, step=str(dots.id))
    assert (ledger.joined, ledger.failures) == (5, {})
    assert ledger.repeats == 2 * len(ledger.acknowledged)


async def test_phones_sit_down_in_subgroups_and_are_never_refused(services, server):
    session, _ = await a_divided_session(services)
    crowd = a_crowd(server, session)
    cards = activity(session, "zorgen-kansen")
    async with playing(crowd, 3) as until:
        await until(lambda: has_heard_from(3, crowd, cards))
    assert (crowd.ledger.errors, crowd.ledger.failures) == ({}, {})


@pytest.mark.parametrize(("trusts", "state"), [(1.0, "held"), (0.0, None)])
async def test_a_phone_that_is_warned_chooses(services, server, monkeypatch, trusts, state):
    monkeypatch.setattr(phones, "TRUSTS", trusts)
    monkeypatch.setattr(phones, "FICKLE", 0.0)
    monkeypatch.setattr(phrases, "for_card", lambda *_: ["Mail naar iemand@voorbeeld.nl"])
    session = await a_session(services, step="zorgen-kansen")
    cards = activity(session, "zorgen-kansen")
    crowd = a_crowd(server, session)
    async with playing(crowd, 2) as until:
        await until(lambda: has_heard_from(2, crowd, cards) if state else has_refused(crowd))
    assert {row.state for row in await rows(services, cards.id)} == ({state} if state else set())
    assert (crowd.ledger.errors, crowd.ledger.failures) == ({}, {})


async def test_marks_and_actions_of_five_phones_are_counted_once(services, server, monkeypatch):
    monkeypatch.setattr(phones, "TWICE", 1.0)
    monkeypatch.setattr(phones, "FICKLE", 0.0)  # a mark that is taken back would not be counted
    session = await a_session(services, "0-leren", step="cijfers")
    desk = await conduct(services, session)
    crowd = a_crowd(server, session)
    marks, actions = activity(session, "cijfers"), activity(session, "acties")
    async with playing(crowd, 5) as until:
        await until(lambda: has_answers_from(services, 5, marks))
        await desk.go_to(actions.id)
        await until(lambda: has_heard_from(2, crowd, actions))
    ledger = crowd.ledger
    assert await acknowledged(services, session) == ledger.acknowledged
    given = await rows(services, marks.id)  # some twice: after a picture from before them
    assert len(given) == 5 * len(marks.settings["themes"])
    assert len({row.participant_id for row in given}) == 5
    agreed = ledger.ids(ACKNOWLEDGED, step=str(actions.id))
    assert {row.id for row in await rows(services, actions.id)} == agreed
    assert ledger.failures == {}


async def test_a_phone_that_loses_its_socket_comes_back_to_the_step_of_now(services, server, monkeypatch):
    monkeypatch.setattr(phones, "RESTLESS", 1.0)
    session = await a_session(services)
    desk = await conduct(services, session)
    crowd = a_crowd(server, session)
    step = activity(session, "zorgen-kansen")
    async with playing(crowd, 2) as until:
        await until(lambda: has_reconnected(crowd, 4))
        await desk.go_to(step.id)
        await until(lambda: has_heard_from(2, crowd, step))
    assert crowd.ledger.failures == {}


async def test_the_crowd_stops_by_itself_when_the_session_ends(services, server):
    session = await a_session(services, step="zorgen-kansen")
    crowd = a_crowd(server, session)
    task = asyncio.create_task(crowds.play(crowd, 3, 0))
    while crowd.ledger.joined < 3:
        await asyncio.sleep(0.02)
    await (await conduct(services, session)).end()
    assert (await task).failures == {}


async def test_phones_join_with_the_typed_code_too(services, server):
    session = await a_session(services)
    crowd = Crowd(Address.of(server, session.code), Ledger(), CrowdRoom(1), 0.01)
    async with playing(crowd, 2) as until:
        await until(lambda: has_joined(crowd, 2))
    assert crowd.ledger.failures == {}


async def test_groups_are_chosen_from_the_list(services, server):
    session = await a_session(services)
    crowd = a_crowd(server, session)
    async with playing(crowd, 10) as until:
        await until(lambda: has_joined(crowd, 10))
    async with services.db.read() as db:
        groups = set(await db.scalars(select(Participant.group)))
    assert {"jongere", "uitvoering"} <= groups


async def test_a_closed_room_is_a_failure_of_every_phone(services, server):
    session = await a_session(services)
    await (await conduct(services, session)).set_admits(False)
    ledger = await crowds.play(a_crowd(server, session), 2, 0)
    assert (ledger.joined, sum(ledger.failures.values())) == (0, 2)


async def test_nothing_is_stored_of_a_step_that_closed_meanwhile(services, server):
    session = await a_session(services, step="zorgen-kansen")
    step = activity(session, "zorgen-kansen")
    await (await conduct(services, session)).set_open(step.id, False)
    crowd = a_crowd(server, await reloaded(services, session.id))
    async with playing(crowd, 2) as until:
        await until(lambda: has_joined(crowd, 2))
    assert not crowd.ledger.states
    assert await rows(services, step.id) == []


async def test_the_command_reports_in_one_line_and_keeps_the_ledger(services, server, tmp_path):
    session = await a_session(services, step="zorgen-kansen")
    file = tmp_path / "ledger"
    options = ("--phones", "3", "--seconds", "3", "--pace", "0.01", "--json", "--ledger", str(file))
    status, out = await command(f"{server}/j/{session.join_token}", *options)
    report = json.loads(out)
    assert status == 0
    assert out.count("\n") == 1
    assert (report["phones"], report["joined"], report["failures"]) == (3, 3, {})
    assert report["acknowledged"] - report["withdrawn"] == await count(services, session)
    assert len(file.read_text().splitlines()) >= report["acknowledged"]


async def test_a_signal_ends_the_command_with_its_report(services, server):
    session = await a_session(services, step="zorgen-kansen")
    address = f"{server}/j/{session.join_token}"
    process = await started(address, "--phones", "2", "--pace", "0.01", "--json")
    while not await has_answers_from(services, 2, activity(session, "zorgen-kansen")):
        assert process.returncode is None
        await asyncio.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, _ = await process.communicate()
    assert (process.returncode, json.loads(out)["joined"]) == (0, 2)


async def test_the_command_fails_when_phones_cannot_join(server):
    options = ("--phones", "1", "--seconds", "1", "--pace", "0.01")
    status, out = await command(f"{server}/j/{'x' * 22}", *options)
    assert status == 1
    assert "kon niet meedoen (404)" in out


def test_the_command_refuses_an_address_that_is_none(capsys):
    assert crowds.main(["http://x/dossiers"], argparse.ArgumentParser()) == 2
    assert "QR-code" in capsys.readouterr().err


@pytest.mark.parametrize("wrong", [["--phones", "0"], ["--seconds", "many"], ["--phones", "5001"]])
def test_the_command_is_bounded(wrong):
    with pytest.raises(SystemExit):
        crowds.main(["http://x/j/abc", *wrong], argparse.ArgumentParser())


async def command(*arguments):
    """(exit code, what it printed)"""
    process = await started(*arguments)
    out, _ = await process.communicate()
    return process.returncode, out.decode()


async def started(*arguments):
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "workshop", "crowd", *arguments), stdout=asyncio.subprocess.PIPE
    )


async def count(services, session):
    async with services.db.read() as db:
        return await db.scalar(
            select(func.count())
            .select_from(Contribution)
            .join(Activity, Contribution.activity_id == Activity.id)
            .where(Activity.session_id == session.id)
        )


async def has_heard_from(times, crowd, step):
    return len(crowd.ledger.ids(ACKNOWLEDGED, WITHDRAWN, step=str(step.id))) >= times


async def has_refused(crowd):
    return bool(crowd.ledger.ids(REFUSED))


async def has_answers_from(services, phones, step):
    return len({row.participant_id for row in await rows(services, step.id)}) == phones


async def has_reconnected(crowd, times):
    return crowd.ledger.reconnects >= times


async def has_joined(crowd, phones):
    return crowd.ledger.joined == phones
