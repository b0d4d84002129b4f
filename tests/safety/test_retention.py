"""What must go by itself goes, and what was confirmed stays."""

import asyncio
import datetime as dt
import uuid
from functools import partial

from msgspec.structs import replace
from sqlalchemy import select, update

from tests.people import (
    a_desk,
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    both_databases,
    conduct,
    reloaded,
)
from workshop.handover import draft, proposal, saving
from workshop.models import (
    Acknowledged,
    Answer,
    Cluster,
    Contribution,
    Invitation,
    Lookback,
    Participant,
    Session,
    SignIn,
    now,
)
from workshop.retention import expiry
from workshop.settings import Settings
from workshop.storage import slices

MINUTE = dt.timedelta(minutes=1)


async def all_of(services, kind):
    async with services.db.read() as db:
        return list(await db.scalars(select(kind)))


async def happened(services, kind, id, **moments):
    """Moves a row back in time."""
    await services.db.write(lambda db: db.execute(update(kind).where(kind.id == id).values(**moments)))


async def a_session_with_a_card(services, words="Een kaart"):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session, "jongere")
    form = {"column": ["zorg"], "text": [words]}
    receipt = await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
    return session, phone, receipt.id


@both_databases
async def test_links_are_cut_a_day_after_a_session_was_opened_and_not_before(services, settings):
    session, _, _ = await a_session_with_a_card(services)
    young, _, _ = await a_session_with_a_card(services)
    day = dt.timedelta(hours=settings.admission_hours)
    await happened(services, Session, young.id, opened_at=now() - day + MINUTE)
    await happened(services, Session, session.id, opened_at=now() - day - MINUTE)
    gone = await expiry.purge(services.db, settings)
    assert gone.left_the_files
    assert gone.counts == {
        "dossiers verwijderd": 0,
        "sessies losgemaakt": 1,
        "telefoons vergeten": 1,
        "kaarten verwijderd": 0,
        "aanmeldingen verlopen": 0,
        "terugblikken geleegd": 0,
    }
    ended = await reloaded(services, session.id)
    assert (ended.code, ended.admits, ended.ended_at is None, ended.phones) == (None, False, False, 1)
    assert ended.revision > session.revision
    assert [row.session_id for row in await all_of(services, Participant)] == [young.id]
    assert [row.session_id for row in await all_of(services, Acknowledged)] == [young.id]
    assert sorted(row.participant_id is None for row in await all_of(services, Contribution)) == [False, True]
    assert (await expiry.purge(services.db, settings)).counts["sessies losgemaakt"] == 0


@both_databases
async def test_a_phone_of_an_ended_session_is_forgotten_after_that_day_too(services, settings):
    session, _, _ = await a_session_with_a_card(services)
    await (await conduct(services, session)).end()
    await expiry.purge(services.db, settings)
    assert len(await all_of(services, Participant)) == 1  # its page still says thank you
    opened = now() - dt.timedelta(hours=settings.admission_hours) - MINUTE
    await happened(services, Session, session.id, opened_at=opened)
    await expiry.purge(services.db, settings)
    assert await all_of(services, Participant) == []
    assert (await services.fanout.scene(session.id)).joined == 1


@both_databases
async def test_cards_that_nobody_confirmed_go_after_a_month_and_not_before(services, settings):
    session, _, card = await a_session_with_a_card(services)
    desk = await conduct(services, session)
    await desk.gather(session.activity_id, "Woorden van een kaart", "zorg", [card], None)
    await desk.end()
    typed = {"kept": [], "text.x": ["Woorden van een kaart"]}
    await draft.keep(services.db, session.id, typed)
    month = dt.timedelta(days=settings.unconfirmed_days)
    await happened(services, Session, session.id, ended_at=now() - month + MINUTE)
    assert (await expiry.purge(services.db, settings)).counts["kaarten verwijderd"] == 0
    assert draft.asked((await reloaded(services, session.id)).review) == typed
    await happened(services, Session, session.id, ended_at=now() - month - MINUTE)
    assert (await expiry.purge(services.db, settings)).counts["kaarten verwijderd"] == 1
    assert (await all_of(services, Contribution), await all_of(services, Cluster)) == ([], [])
    assert (await reloaded(services, session.id)).review is None


@both_databases
async def test_what_a_phone_sends_while_old_cards_go_is_stored_before_they_are_gone(
    services, settings, monkeypatch
):
    monkeypatch.setattr(slices, "A_SLICE", 2)
    session, _, _ = await a_session_with_a_card(services)
    young, sender, _ = await a_session_with_a_card(services)
    cards = [
        Contribution(activity_id=session.activity_id, slot=str(number), body={"text": "Oud"})
        for number in range(40)
    ]

    async def add(db):
        db.add_all(cards)

    await services.db.write(add)
    await (await conduct(services, session)).end()
    long_ago = now() - dt.timedelta(days=settings.unconfirmed_days) - MINUTE
    await happened(services, Session, session.id, ended_at=long_ago)
    round = asyncio.create_task(expiry.purge(services.db, settings))
    while len(await all_of(services, Contribution)) > 41 and not round.done():
        await asyncio.sleep(0)
    form = {"column": ["zorg"], "text": ["Een nieuwe kaart"]}
    await services.room.contribute(young.id, sender.id, young.activity_id, uuid.uuid4(), form)
    assert len(await all_of(services, Contribution)) > 3, "old ones are still there"
    assert (await round).counts["kaarten verwijderd"] == 41
    assert len(await all_of(services, Contribution)) == 2


@both_databases
async def test_what_was_confirmed_stays(services, settings):
    session, _, _ = await a_session_with_a_card(services, "Bevestigd")
    desk = await conduct(services, session)
    await desk.end()
    async with services.db.read() as db:
        lines = await proposal.proposed(db, services.room.reader, await db.get_one(Session, session.id))
    form = {"kept": [line.id for line in lines]}
    await saving.save(services.db, services.room.reader, session.id, form, desk.sign_in)
    long_ago = now() - dt.timedelta(days=4000)
    await happened(services, Session, session.id, opened_at=long_ago, ended_at=long_ago)
    await expiry.purge(services.db, settings)
    assert await all_of(services, Contribution) == []
    [answer] = await all_of(services, Answer)
    assert answer.body["items"][0]["text"] == "Bevestigd"


@both_databases
async def test_a_terugblik_whose_time_is_over_keeps_no_words_and_no_address(services, settings):
    rows = {}
    for name, until in (("nu", now() + MINUTE), ("toen", now() - MINUTE), ("nooit", None)):
        session = await a_session(services)
        row = Lookback(
            session_id=session.id,
            intro="Woorden",
            told="Woorden",
            notes={"a": "Woorden"},
            lines=["a"],
            published_at=until and now() - 2 * MINUTE,
            until=until,
        )
        await services.db.write(partial(stored, row=row))
        rows[row.id] = name
    assert (await expiry.purge(services.db, settings)).counts["terugblikken geleegd"] == 1
    for row in await all_of(services, Lookback):
        kept = (row.token is not None, row.intro, row.told, row.notes, row.lines)
        if rows[row.id] == "toen":
            assert kept == (False, "", "", {}, [])
            assert row.published_at
        else:
            assert kept == (True, "Woorden", "Woorden", {"a": "Woorden"}, ["a"])
    assert (await expiry.purge(services.db, settings)).counts["terugblikken geleegd"] == 0


async def stored(db, row):
    db.add(row)


@both_databases
async def test_expired_sign_ins_and_unused_invitations_go(services, settings):
    account = await a_facilitator(services)
    place = await a_partnership(services, account)
    kept, old = await a_desk(services, account), await a_desk(services, account)
    await happened(services, SignIn, old.id, expires_at=now() - MINUTE)

    async def invite(db):
        for token, used in (("open", None), ("gebruikt", now())):
            for name, expires in (("nu", now() + MINUTE), ("toen", now() - MINUTE)):
                row = Invitation(
                    token_hash=token + name,
                    partnership_id=place.id,
                    role="lezer",
                    used_at=used,
                    expires_at=expires,
                )
                db.add(row)

    await services.db.write(invite)
    assert (await expiry.purge(services.db, settings)).counts["aanmeldingen verlopen"] == 2
    assert [row.id for row in await all_of(services, SignIn)] == [kept.id]
    left = {row.token_hash for row in await all_of(services, Invitation)}
    assert left == {"opennu", "gebruiktnu", "gebruikttoen"}


async def test_an_installation_chooses_how_long_and_the_numbers_are_kept_to(services, settings):
    session, _, _ = await a_session_with_a_card(services)
    await happened(services, Session, session.id, opened_at=now() - dt.timedelta(hours=2))
    await expiry.purge(services.db, replace(settings, admission_hours=3))
    assert (await reloaded(services, session.id)).ended_at is None
    await expiry.purge(services.db, replace(settings, admission_hours=1))
    assert (await reloaded(services, session.id)).ended_at


async def test_a_round_that_fails_is_told_without_its_words_and_comes_back(
    services, settings, monkeypatch, caplog
):
    rounds = []

    async def failing(database, settings):
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("KANARIE")

    monkeypatch.setattr(expiry, "purge", failing)
    for wait in ("START_SECONDS", "ROUND_SECONDS"):
        monkeypatch.setattr(expiry, wait, 0)
    async with expiry.rounds(services.db, settings):
        while len(rounds) < 2:
            await asyncio.sleep(0)
    assert "the retention round failed: RuntimeError in test_retention.py" in caplog.text
    assert "KANARIE" not in caplog.text


def test_the_defaults_are_what_safety_promises():
    defaults = Settings()
    assert (defaults.admission_hours, defaults.unconfirmed_days) == (24, 30)
