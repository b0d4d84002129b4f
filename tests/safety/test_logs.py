"""A log tells what happened, and never of whom or with what."""

import asyncio
import re
import uuid

import pytest
from sqlalchemy import select

from tests.live.ears import SECONDS
from tests.people import (
    PASSWORD,
    a_facilitator,
    a_participant,
    a_partnership,
    a_session,
    conduct,
    signed_in,
)
from workshop.handover import saving
from workshop.handover.publishing import LookbackDraft, Publisher
from workshop.live.fanout import WATCHER, Browser
from workshop.live.scenes import Scenes
from workshop.models import Contribution
from workshop.pages.phone.page import COOKIE, LOOSE

CANARY = "KANARIE-Jan-de-Vries"


def assert_tells_nothing(log, *secrets):
    for text in (log.raw.getvalue(), log.written.getvalue()):
        assert [secret for secret in (CANARY, PASSWORD, *map(str, secrets)) if secret in text] == []


async def test_a_session_with_every_sort_of_error_leaves_no_trace_of_anybody(
    client, services, log, monkeypatch
):
    account = await a_facilitator(services)
    partnership = await a_partnership(services, account)
    await client.post("/inloggen", data={"email": account.email, "password": PASSWORD})
    await client.post("/inloggen", data={"email": account.email, "password": CANARY})
    client.cookies.clear()
    desk = await signed_in(client, services, account)
    session = await a_session(services, partnership=partnership, sign_in=desk, step="zorgen-kansen")
    await client.post("/doe-mee", data={"code": session.code})
    await client.get(f"/j/{session.join_token}?x={CANARY}")
    await client.post(f"/j/{session.join_token}")
    secrets = [session.join_token, session.screen_token, session.code, account.email]
    secrets += [client.cookies[name] for name in ("kompas", COOKIE, LOOSE)]

    async def post(path, **form):
        return (await client.post(path, data={"activity": str(session.activity_id)} | form)).status_code

    card = {"column": "zorg", "text": CANARY}
    statuses = [
        await post("/deelnemen/bijdragen", **card),
        await post("/deelnemen/bijdragen", **(card | {"text": CANARY * 20})),
        await post("/deelnemen/bijdragen", **(card | {"activity": CANARY})),
        await post(f"/deelnemen/bijdragen/{CANARY}/intrekking"),
        await post(f"/sessies/{session.id}/bijdragen", **card),
        (await client.get(f"/scherm/{CANARY}")).status_code,
        (await client.get(f"/{CANARY}")).status_code,
        (await client.post("/deelnemen/bijdragen", headers={"Origin": f"https://{CANARY}.nl"})).status_code,
        (await client.get("/", headers={"Host": CANARY})).status_code,
    ]
    assert statuses == [303, 422, 404, 404, 303, 404, 404, 403, 400]

    def broken(self, block, picture, own, form, error, me, *more):
        raise RuntimeError(f"{CANARY} {client.cookies[COOKIE]} {form}")

    monkeypatch.setattr(Scenes, "_phone", broken)
    failed = await client.get("/deelnemen")
    assert (failed.status_code, CANARY in failed.text) == (500, False)
    assert "Er ging iets mis bij ons." in failed.text
    monkeypatch.undo()

    async def unstorable(*given):
        raise ValueError(f"INSERT INTO card VALUES ('{CANARY}')")

    monkeypatch.setattr("workshop.live.intake.flush", unstorable)
    assert await post("/deelnemen/bijdragen", **card) == 500
    monkeypatch.undo()
    await (await conduct(services, session)).end()
    await saving.save(services.db, services.room.reader, session.id, {}, desk)

    written = log.written.getvalue()
    assert "ERROR workshop.pages.errors: RuntimeError in test_logs.py" in written
    assert "ERROR workshop.pages.errors: ValueError in test_logs.py" in written
    assert_tells_nothing(log, *secrets)


async def test_who_reads_a_terugblik_leaves_no_trace_right_or_wrong(client, services, log):
    session = await a_session(services)
    desk = await conduct(services, session)
    await desk.end()
    await saving.save(services.db, services.room.reader, session.id, {}, desk.sign_in)
    publisher = Publisher(services.room, services.library, 5, session.id, desk.sign_in.account)
    await publisher.publish(LookbackDraft(intro=CANARY))
    token = (await services.fanout.scene(session.id)).lookback
    assert CANARY in (await client.get(f"/terugblik/{token}")).text
    assert (await client.get(f"/terugblik/{CANARY}")).status_code == 404
    assert token in (await client.get(f"/j/{session.join_token}")).text
    assert_tells_nothing(log, token, session.join_token)


async def test_a_picture_that_fails_is_told_without_its_words(services, log, monkeypatch):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)

    async def failing(session_id, newest):
        raise RuntimeError(f"{CANARY} {phone.token}")

    monkeypatch.setattr(services.fanout, "scene", failing)
    services.fanout.add(Browser(session.id, WATCHER))
    services.fanout.mark(session.id, frozenset({"screen"}))
    async with asyncio.timeout(SECONDS):
        while "a picture has to wait: RuntimeError in test_logs.py" not in log.written.getvalue():
            await asyncio.sleep(0.01)
    assert_tells_nothing(log, phone.token)


async def test_an_error_of_the_database_does_not_tell_what_it_was_about(client, services, log):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    client.cookies.update(phone.cookies)

    async def twice(db):
        for _ in range(2):
            body = {"text": CANARY, "column": "zorg", "place": ""}
            db.add(
                Contribution(activity_id=session.activity_id, participant_id=phone.id, slot="x", body=body)
            )

    with pytest.raises(Exception, match="UNIQUE"):
        await services.db.write(twice)
    async with services.db.read() as db:
        assert await db.scalar(select(Contribution)) is None
    assert_tells_nothing(log, *phone.cookies.values(), phone.id)


async def test_counters_for_the_operator_hold_numbers_only(client, services):
    session = await a_session(services, step="zorgen-kansen")
    phone = await a_participant(services, session)
    form = {"column": ["zorg"], "text": [CANARY]}
    await services.room.contribute(session.id, phone.id, session.activity_id, uuid.uuid4(), form)
    shown = (await client.get("/metrics")).text
    assert re.fullmatch(r"(# (HELP|TYPE) [^\n]+\n|kompas_\w+ \d+\n)+", shown)
    for secret in (CANARY, phone.token, session.join_token, str(session.id)):
        assert secret not in shown
